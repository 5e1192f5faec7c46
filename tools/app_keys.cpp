#include "tools/app_keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace belfry::tools {
namespace {

std::string known_apps(const Settings& settings) {
  std::vector<std::string> apps;
  for (const AppSettings& app : settings.apps) apps.push_back(fmt::format("{} (key {})", app.id, app.key));
  return apps.empty() ? "there is none" : fmt::format("there are: {}", fmt::join(apps, ", "));
}

}  // namespace

Result<AppKeys> find_app_keys(const Settings& settings, std::string_view id_or_key) {
  for (const AppSettings& app : settings.apps) {
    if (app.id == id_or_key || app.key == id_or_key) return AppKeys{app.id, app.key, app.secret};
    if (!app.previous_key.empty() && app.previous_key == id_or_key)
      return AppKeys{app.id, app.previous_key, app.previous_secret};
  }
  return Unexpected(fmt::format("the configuration has no app \"{}\"; {}", id_or_key, known_apps(settings)));
}

}  // namespace belfry::tools
