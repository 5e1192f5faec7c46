#include "worker/pusher/app.hpp"

#include <algorithm>

namespace belfry::pusher {
namespace {

constexpr std::size_t kAnyBody = 64 * 1024;         // names, channels and what a client may write around them
constexpr std::size_t kNoLimit = 16 * 1024 * 1024;  // where the configuration sets none
constexpr std::size_t kEscaped = 6;                 // bytes of JSON that one byte of data may take

std::size_t largest_body_of(const AppSettings& app) {
  if (app.max_event_payload_in_kb == 0 || app.max_event_batch_size == 0) return kNoLimit;
  const std::size_t batch = app.max_event_batch_size;
  return std::min(kNoLimit, kAnyBody + batch * (kEscaped * app.max_event_payload_in_kb * 1024 + 1024));
}

}  // namespace

App::App(const AppSettings& from, AppCounters& counts)
    : settings(from), credentials(from.key, from.secret, from.previous_key, from.previous_secret), counters(&counts) {}

Apps::Apps(const std::vector<AppSettings>& settings, MappedCounters& counters) : counters_(counters) {
  reconfigure(settings);
}

void Apps::reconfigure(const std::vector<AppSettings>& settings) {
  for (App& app : apps_) app.exists = false;
  for (const AppSettings& one : settings) {
    const auto known = std::ranges::find_if(apps_, [&](const App& app) { return app.settings.id == one.id; });
    if (known == apps_.end()) apps_.emplace_back(one, counters_.of_app(one.id));
    else *known = App(one, *known->counters);
  }
}

const App* Apps::by_key(std::string_view key) const {
  const auto found =
      std::ranges::find_if(apps_, [key](const App& app) { return app.exists && app.credentials.has_key(key); });
  return found == apps_.end() ? nullptr : &*found;
}

const App* Apps::by_id(std::string_view id) const {
  const auto found = std::ranges::find_if(apps_, [id](const App& app) { return app.exists && app.settings.id == id; });
  return found == apps_.end() ? nullptr : &*found;
}

std::size_t Apps::largest_body() const {
  std::size_t largest = kAnyBody;
  for (const App& app : apps_)
    if (app.exists) largest = std::max(largest, largest_body_of(app.settings));
  return largest;
}

}  // namespace belfry::pusher
