#include "worker/pusher/api_rates.hpp"

#include <fmt/format.h>

#include <vector>

#include "worker/cluster/scripts.hpp"
#include "worker/http/connection.hpp"
#include "worker/pusher/app.hpp"

namespace belfry::pusher {

std::optional<http::Handled> ApiRates::hold(const App& app, std::string_view what, std::uint32_t limit,
                                            std::size_t count, http::Connection& connection) {
  if (limit == 0 || counted_.erase(&connection) != 0) return std::nullopt;
  if (!bus_.commands_ready()) {
    connection.respond(
        refused(activity_, &app, {503, "Redis is away, and with it the count for " + std::string(what)}));
    return http::Handled{};
  }
  const std::uint64_t number = ++last_number_;
  waiting_.insert_or_assign(&connection, number);
  const ApiRefusal refusal = {429,
                              fmt::format("more than {} a second, which is the app's {} on this node", limit, what)};
  bus_.run(cluster::scripts::rate(), std::vector{keys_.rate(node_, app.settings.id, what)},
           std::vector{std::to_string(limit), std::to_string(count)},
           [this, &app, &connection, number, refusal](bus::Reply reply) {
             decide(app, connection, number, refusal, reply);
           });
  return http::Handled{http::Handled::How::waiting};
}

// The connection may be gone, and another one be at its address.
void ApiRates::decide(const App& app, http::Connection& connection, std::uint64_t number, const ApiRefusal& refusal,
                      bus::Reply reply) {
  const auto found = waiting_.find(&connection);
  if (found == waiting_.end() || found->second != number) return;
  waiting_.erase(found);
  if (!reply.ok()) return connection.respond(unanswered(activity_, app));
  if (reply.integer() == 0) return connection.respond(refused(activity_, &app, refusal, "Retry-After: 1"));
  counted_.insert(&connection);
  connection.retry();  // handles it again, before it returns
  counted_.erase(&connection);
}

void ApiRates::forget(http::Connection& connection) {
  waiting_.erase(&connection);
  counted_.erase(&connection);
}

}  // namespace belfry::pusher
