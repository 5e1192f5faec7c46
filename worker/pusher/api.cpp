#include "worker/pusher/api.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "worker/http/connection.hpp"
#include "worker/http/query.hpp"
#include "worker/pusher/api_signature.hpp"
#include "worker/pusher/connections.hpp"

namespace belfry::pusher {
namespace {

// What stands for any segment of a path.
constexpr std::string_view kAny = "*";

enum class Resource { events, batch_events, channels, channel, users, terminate, connections };

struct ResourceRow {
  std::array<std::string_view, 3> segments;  // the last ones empty where it has fewer
  std::string_view method;
  Resource resource;
};

// clang-format off
constexpr ResourceRow kResources[] = {
    {{"events"},                                   "POST", Resource::events},
    {{"batch_events"},                             "POST", Resource::batch_events},
    {{"channels"},                                 "GET",  Resource::channels},
    {{"channels", kAny},                           "GET",  Resource::channel},
    {{"channels", kAny, "users"},                  "GET",  Resource::users},
    {{"users", kAny, "terminate_connections"},     "POST", Resource::terminate},
    {{"connections"},                              "GET",  Resource::connections},
};
// clang-format on

using Segments = std::array<std::string, 3>;

// nullopt: it has more of them than any resource.
std::optional<Segments> segments_of(std::string_view path) {
  Segments segments;
  for (std::string& segment : segments) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    segment = http::percent_decoded(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  if (!path.empty()) return std::nullopt;
  return segments;
}

bool matches(const ResourceRow& row, const Segments& segments) {
  for (std::size_t i = 0; i < segments.size(); ++i)
    if (row.segments[i] == kAny ? segments[i].empty() : row.segments[i] != segments[i]) return false;
  return true;
}

const ResourceRow* find_resource(const Segments& segments) {
  const auto found = std::ranges::find_if(kResources, [&](const ResourceRow& row) { return matches(row, segments); });
  return found == std::end(kResources) ? nullptr : found;
}

}  // namespace

Api::Api(const Apps& apps, Hub& hub, Users& users, std::string node, std::string path_prefix)
    : apps_(apps),
      users_(users),
      activity_(hub.activity()),
      path_prefix_(std::move(path_prefix)),
      rates_(hub.bus(), hub.keys(), hub.activity(), std::move(node)),
      queries_(hub.bus(), hub.keys()),
      events_(hub, queries_, waiting_, rates_),
      channels_(queries_, waiting_, activity_) {}

// An app that is disabled, or a resource that does not exist, is told only to who can sign.
http::Handled Api::handle(const http::Request& request, http::Connection& connection) {
  const std::string_view id = request.rest.substr(0, request.rest.find('/'));
  const std::string_view resource = request.rest.substr(std::min(request.rest.size(), id.size() + 1));
  const App* app = apps_.by_id(id);
  const ApiRequest signed_request = {request.method, request.path, request.query, request.body};
  const Credentials* credentials = app == nullptr ? nullptr : &app->credentials;
  if (const auto refusal = check_signature(signed_request, path_prefix_, credentials, std::chrono::system_clock::now()))
    return refuse(app, *refusal, connection);
  connection.count_for(*app->counters);
  if (!app->settings.enabled) return refuse(app, {403, "the app is disabled"}, connection);
  return dispatch(*app, resource, request, connection);
}

http::Handled Api::dispatch(const App& app, std::string_view resource, const http::Request& request,
                            http::Connection& connection) {
  const std::optional<Segments> segments = segments_of(resource);
  const ResourceRow* row = segments ? find_resource(*segments) : nullptr;
  if (row == nullptr) return refuse(&app, {404, "there is no such resource"}, connection);
  if (request.method != row->method)
    return refuse(&app, {405, "only " + std::string(row->method) + " is answered at this path"}, connection,
                  "Allow: " + std::string(row->method));
  if (row->method == "GET") {
    const std::uint32_t limit = app.settings.max_read_requests_per_second;
    if (auto held = rates_.hold(app, "max_read_requests_per_second", limit, 1, connection)) return *held;
  }
  switch (row->resource) {
    case Resource::events: return events_.handle_events(app, request, connection);
    case Resource::batch_events: return events_.handle_batch(app, request, connection);
    case Resource::channels: return channels_.handle_channels(app, request, connection);
    case Resource::channel: return channels_.handle_channel(app, (*segments)[1], request, connection);
    case Resource::users: return channels_.handle_users(app, (*segments)[1], request, connection);
    case Resource::terminate: return terminate(app, (*segments)[1], connection);
    case Resource::connections: return handle_connections(app, connection);
  }
  return refuse(&app, {404, "there is no such resource"}, connection);
}

http::Handled Api::refuse(const App* app, const ApiRefusal& refusal, http::Connection& connection,
                          std::string extra_field) {
  connection.respond(refused(activity_, app, refusal, std::move(extra_field)));
  return {};
}

// Laravel Pulse asks for it.
http::Handled Api::handle_connections(const App& app, http::Connection& connection) {
  const std::string name(kConnections);
  return waiting_.begin(connection, [&](const http::WaitingRequests::Answer& answer) {
    queries_.facts(app, {name}, {}, [this, &app, answer, name](std::optional<ChannelQueries::Channels> known) {
      if (known) answer({200, "{\"connections\":" + std::to_string(known->at(name).subscribers) + "}", ""});
      else answer(unanswered(activity_, app));
    });
  });
}

http::Handled Api::terminate(const App& app, const std::string& user, http::Connection& connection) {
  return waiting_.begin(connection, [&](const http::WaitingRequests::Answer& answer) {
    users_.terminate(app, user, [this, &app, answer](bus::PublishOutcome outcome) {
      if (outcome.what == bus::PublishOutcome::What::sent) answer({200, "{}", ""});
      else answer(refused(activity_, &app, {503, "the connections were not told: " + std::string(outcome.reason)}));
    });
  });
}

void Api::forget(http::Connection& connection) {
  waiting_.forget(connection);
  rates_.forget(connection);
}

}  // namespace belfry::pusher
