#include "worker/pusher/endpoint.hpp"

#include <charconv>
#include <memory>
#include <string>
#include <utility>

#include "worker/http/connection.hpp"
#include "worker/http/query.hpp"
#include "worker/net/reactor.hpp"
#include "worker/ws/handshake.hpp"

namespace belfry::pusher {
namespace {

constexpr int kOldestProtocol = 4;
constexpr int kNewestProtocol = 7;

// Digits, and further groups of digits, letters, '-' and '_' behind dots: "8.6.0", "7.0.0-beta".
bool is_version(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  return text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_+") ==
         std::string_view::npos;
}

std::optional<Objection> check_protocol(const http::Query& query) {
  const auto protocol = query.get("protocol");
  if (!protocol) return Objection{Refusal::protocol, ws::CloseCode::no_protocol, "no protocol version supplied"};
  int number = 0;
  const auto [end, error] = std::from_chars(protocol->data(), protocol->data() + protocol->size(), number);
  const bool whole = error == std::errc() && end == protocol->data() + protocol->size();
  if (!whole || number < kOldestProtocol || number > kNewestProtocol)
    return Objection{Refusal::protocol, ws::CloseCode::unsupported_protocol, "unsupported protocol version"};
  const auto version = query.get("version");
  if (version && !is_version(*version))
    return Objection{Refusal::protocol, ws::CloseCode::invalid_version, "invalid version string format"};
  return std::nullopt;
}

std::optional<Objection> objection_to(const http::Request& request, const App* app, const Admission& admission) {
  if (request.rest.empty() || request.rest.find('/') != std::string_view::npos)
    return Objection{Refusal::protocol, ws::CloseCode::path_not_found, "path not found"};
  if (app == nullptr)
    return Objection{Refusal::unknown_app, ws::CloseCode::app_unknown, "there is no app with this key"};
  if (auto objection = admission.objection(*app)) return objection;
  if (auto objection = check_protocol(http::Query(request.query))) return objection;
  return std::nullopt;
}

}  // namespace

Endpoint::Endpoint(const Apps& apps, Surroundings& surroundings, const ws::SessionRules& rules)
    : apps_(apps), surroundings_(surroundings), rules_(rules) {
  rules_.slow_code = ws::CloseCode::over_capacity;
  rules_.stop_code = ws::CloseCode::reconnect;
  rules_.no_pong_code = ws::CloseCode::no_pong;
}

http::Handled Endpoint::handle(const http::Request& request, http::Connection& connection) {
  if (const auto refusal = ws::check_upgrade(request)) return connection.refuse(*refusal), http::Handled{};
  const App* app = apps_.by_key(request.rest);
  const Admission admission(request.rest, request);
  const IpAddress client = surroundings_.hub.activity().is_watched() ? connection.client_address(request) : IpAddress();
  const std::optional<Objection> objection = objection_to(request, app, admission);
  if (objection)
    surroundings_.hub.activity().tell(app, [&] {
      return Happening{
          .kind = kRefused, .reason = objection->reason, .client = client, .code = static_cast<int>(objection->code)};
    });
  net::SharedBytes response = ws::encode_switching_protocols(request);
  auto made =
      std::make_unique<Session>(connection, rules_, surroundings_, objection ? nullptr : app, admission, ids_.next());
  Session& session = *made;
  session.send(std::move(response));
  session.reactor().adopt_successor(std::move(made));
  if (objection && app != nullptr) ++app->counters->refusals;  // which the session does not know
  if (objection) session.refuse(objection->why, objection->code, objection->reason);
  else surroundings_.connections.open(session, client);
  return {http::Handled::How::taken_over, &session};
}

}  // namespace belfry::pusher
