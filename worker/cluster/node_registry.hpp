// The nodes of the cluster, in Redis: each under a lease of kLease that its announcements renew (README.md). A row is
// opaque here: a JSON object that the node's supervisor has made (common/node_row.hpp).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/keys.hpp"

namespace belfry::cluster {

class NodeRegistry {
 public:
  static constexpr Milliseconds kLease{5000};  // announced each second
  using Rows = std::vector<std::string>;

  NodeRegistry(bus::Bus& bus, const Keys& keys, std::string node);

  void announce(std::string row);
  void withdraw();
  // The Error says what is the matter with Redis.
  void read(std::function<void(Result<Rows>)> on_rows);

 private:
  std::vector<std::string> keys() const { return {keys_.nodes_seen(), keys_.node_rows()}; }

  bus::Bus& bus_;
  const Keys& keys_;
  std::string node_;
};

}  // namespace belfry::cluster
