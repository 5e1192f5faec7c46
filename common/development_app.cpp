#include "common/development_app.hpp"

#include "common/settings_checks.hpp"

namespace belfry {

AppSettings development_app() {
  AppSettings app;
  app.id = "app-id";
  app.key = "app-key";
  app.secret = "app-secret";
  return app;
}

bool is_development_app(const AppSettings& app) { return app == development_app(); }

void add_development_app(Settings& settings) {
  if (settings.apps.empty() && listens_on_loopback_only(settings)) settings.apps.push_back(development_app());
}

}  // namespace belfry
