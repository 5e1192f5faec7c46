// How much of the HTTP API an app may use in a second, on all workers of this node together: counted in Redis, and only
// where the app has a limit. A request waits for the count and is then handled again from its beginning, or refused
// with 429.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "worker/bus/bus.hpp"
#include "worker/cluster/keys.hpp"
#include "worker/http/router.hpp"
#include "worker/pusher/activity.hpp"
#include "worker/pusher/api_refusal.hpp"

namespace belfry::pusher {

struct App;

class ApiRates {
 public:
  // `node` names this node among all.
  ApiRates(bus::Bus& bus, const cluster::Keys& keys, Activity& activity, std::string node)
      : bus_(bus), keys_(keys), activity_(activity), node_(std::move(node)) {}

  // nullopt: the request may be handled. `what` is the name of the limit, as in the configuration, `limit` its value;
  // 0: there is none.
  std::optional<http::Handled> hold(const App& app, std::string_view what, std::uint32_t limit, std::size_t count,
                                    http::Connection& connection);
  void forget(http::Connection& connection);

 private:
  void decide(const App& app, http::Connection& connection, std::uint64_t number, const ApiRefusal& refusal,
              bus::Reply reply);

  bus::Bus& bus_;
  const cluster::Keys& keys_;
  Activity& activity_;
  std::string node_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<http::Connection*, std::uint64_t> waiting_;  // the number of what it waits for
  std::unordered_set<http::Connection*> counted_;                 // its request comes again
};

}  // namespace belfry::pusher
