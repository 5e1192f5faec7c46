#include "worker/pusher/api.hpp"

#include <chrono>
#include <utility>
#include <variant>

#include "worker/http/connection.hpp"
#include "worker/pusher/api_signature.hpp"
#include "worker/pusher/server_events.hpp"

namespace belfry::pusher {
namespace {

http::Handled refuse(http::Connection& connection, unsigned status, std::string reason, std::string extra_field = {}) {
  connection.respond(http::to_response({status, std::move(reason), std::move(extra_field)}));
  return {};
}

http::Handled refuse(http::Connection& connection, const ApiRefusal& refusal) {
  return refuse(connection, refusal.status, refusal.reason);
}

}  // namespace

Api::Api(const Apps& apps, Hub& hub, std::string path_prefix)
    : apps_(apps), hub_(hub), path_prefix_(std::move(path_prefix)), max_body_(apps.largest_body()) {}

// An app that is disabled, or a resource that does not exist, is told only to who can sign.
http::Handled Api::handle(const http::Request& request, http::Connection& connection) {
  const std::string_view id = request.rest.substr(0, request.rest.find('/'));
  const std::string_view resource = request.rest.substr(std::min(request.rest.size(), id.size() + 1));
  const App* app = apps_.by_id(id);
  const ApiRequest signed_request = {request.method, request.path, request.query, request.body};
  const Credentials* credentials = app == nullptr ? nullptr : &app->credentials;
  if (const auto refusal = check_signature(signed_request, path_prefix_, credentials, std::chrono::system_clock::now()))
    return refuse(connection, *refusal);
  if (!app->settings.enabled) return refuse(connection, 403, "the app is disabled");
  if (resource != "events" && resource != "batch_events") return refuse(connection, 404, "there is no such resource");
  if (request.method != "POST") return refuse(connection, 405, "only POST is answered at this path", "Allow: POST");
  return resource == "events" ? handle_events(*app, request, connection) : handle_batch(*app, request, connection);
}

http::Handled Api::handle_events(const App& app, const http::Request& request, http::Connection& connection) {
  auto parsed = parse_trigger(request.body, app.settings);
  if (const auto* refusal = std::get_if<ApiRefusal>(&parsed)) return refuse(connection, *refusal);
  return publish(app, {std::move(std::get<Trigger>(parsed))}, connection);
}

http::Handled Api::handle_batch(const App& app, const http::Request& request, http::Connection& connection) {
  auto parsed = parse_batch(request.body, app.settings);
  if (const auto* refusal = std::get_if<ApiRefusal>(&parsed)) return refuse(connection, *refusal);
  return publish(app, std::get<std::vector<Trigger>>(parsed), connection);
}

http::Handled Api::publish(const App& app, const std::vector<Trigger>& triggers, http::Connection& connection) {
  const auto under_way = std::make_shared<UnderWay>();
  for (const Trigger& trigger : triggers) under_way->unanswered += trigger.channels.size();
  for (const Trigger& trigger : triggers)
    for (const std::string& channel : trigger.channels)
      hub_.publish_event(app, channel, trigger.socket_id, channel_event(trigger.name, channel, trigger.data),
                         [this, under_way](bus::PublishOutcome outcome) { settle(under_way, outcome); });
  if (under_way->unanswered == 0) return answer(*under_way, connection), http::Handled{};
  under_way->connection = &connection;
  under_way_.emplace(&connection, under_way);
  return {http::Handled::How::waiting};
}

void Api::settle(const UnderWayPointer& under_way, bus::PublishOutcome outcome) {
  using What = bus::PublishOutcome::What;
  if (outcome.what != What::sent) {
    under_way->failed = true;
    under_way->failure = outcome.what == What::unknown ? "it is unknown whether every event was published: "
                                                       : "not every event was published: ";
    under_way->failure.append(outcome.reason);
  }
  if (--under_way->unanswered > 0 || under_way->connection == nullptr) return;
  http::Connection& connection = *under_way->connection;
  under_way_.erase(&connection);
  answer(*under_way, connection);
}

void Api::answer(const UnderWay& under_way, http::Connection& connection) {
  if (under_way.failed) connection.respond(http::to_response({503, under_way.failure, ""}));
  else connection.respond({200, "{}", ""});
}

void Api::forget(http::Connection& connection) {
  const auto found = under_way_.find(&connection);
  if (found == under_way_.end()) return;
  found->second->connection = nullptr;
  under_way_.erase(found);
}

}  // namespace belfry::pusher
