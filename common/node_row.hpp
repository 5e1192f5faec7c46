// What a node says of itself to the others and to balancers: a row of the registry, as JSON. The supervisor makes it;
// workers (for /instance) and commands (`belfry nodes`, `belfry balancer`) read it, of nodes of other versions too:
// unknown fields are ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry {

struct NodeRow {
  std::string id;                      // new at each start of the node
  std::vector<std::string> addresses;  // "host:port", all of one host; the first one is given to clients
  std::string agent;                   // "host:port" of its agent-check; empty: none
  std::string state;                   // a name of the supervisor's states: only "running" takes new clients
  std::uint64_t clients = 0;
  std::uint64_t capacity = 0;  // connections
  std::string version;

  bool takes_clients() const { return state == "running"; }
  const std::string& address() const { return addresses.front(); }
};

std::string to_json(const NodeRow& row);

// nullopt: it is no row, or has no address.
std::optional<NodeRow> parse_node_row(std::string_view json);

}  // namespace belfry
