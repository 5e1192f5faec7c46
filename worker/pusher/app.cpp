#include "worker/pusher/app.hpp"

#include <algorithm>

namespace belfry::pusher {

App::App(const AppSettings& from)
    : settings(from), credentials(from.key, from.secret, from.previous_key, from.previous_secret) {}

Apps::Apps(const std::vector<AppSettings>& settings) {
  apps_.reserve(settings.size());
  for (const AppSettings& one : settings) apps_.emplace_back(one);
}

const App* Apps::by_key(std::string_view key) const {
  const auto found = std::ranges::find_if(apps_, [key](const App& app) { return app.credentials.has_key(key); });
  return found == apps_.end() ? nullptr : &*found;
}

const App* Apps::by_id(std::string_view id) const {
  const auto found = std::ranges::find_if(apps_, [id](const App& app) { return app.settings.id == id; });
  return found == apps_.end() ? nullptr : &*found;
}

}  // namespace belfry::pusher
