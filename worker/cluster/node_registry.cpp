#include "worker/cluster/node_registry.hpp"

#include <utility>

#include "common/log.hpp"
#include "worker/cluster/scripts.hpp"

namespace belfry::cluster {
namespace {

std::string lease_ms() { return std::to_string(NodeRegistry::kLease.count()); }

}  // namespace

NodeRegistry::NodeRegistry(bus::Bus& bus, const Keys& keys, std::string node)
    : bus_(bus), keys_(keys), node_(std::move(node)) {}

void NodeRegistry::announce(std::string row) {
  if (!bus_.commands_ready()) return;
  bus_.run(scripts::node_announce(), keys(), std::vector{node_, std::move(row), lease_ms()}, [](bus::Reply reply) {
    if (reply.is_error()) log::warning("the node was not announced", {{"reason", reply.text()}});
  });
}

void NodeRegistry::withdraw() {
  if (!bus_.commands_ready()) return;
  bus_.run(scripts::node_withdraw(), keys(), std::vector{node_}, [](bus::Reply) {});
}

void NodeRegistry::read(std::function<void(Result<Rows>)> on_rows) {
  if (!bus_.commands_ready()) return on_rows(Unexpected("Redis cannot be reached"));
  bus_.run(scripts::node_list(), keys(), std::vector{lease_ms()}, [on_rows = std::move(on_rows)](bus::Reply reply) {
    if (reply.is_missing()) return on_rows(Unexpected("the connection to Redis was lost"));
    if (reply.is_error()) return on_rows(Unexpected(std::string(reply.text())));
    Rows rows;
    for (std::size_t i = 0; i < reply.size(); ++i) rows.emplace_back(reply[i].text());
    on_rows(std::move(rows));
  });
}

}  // namespace belfry::cluster
