// What a balancer in front of the nodes is to do: the input of haproxy_config.hpp and nginx_config.hpp. Plain values,
// so that the texts can be made, and tested, without a node.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/node_row.hpp"
#include "common/result.hpp"

namespace belfry::tools {

struct BalancedNode {
  std::vector<std::string> addresses;  // "host:port", IPv6 in brackets; further ones are further ports of the same node
  std::string agent = {};              // where its agent-check listens, "address:port"; empty: nowhere
};

// How a client that comes back finds its node.
enum class Sticky { source, cookie, none };

struct BalancerPlan {
  std::vector<BalancedNode> nodes = {};
  std::vector<std::string> bind = {};  // "address:port" of the door; empty: every IPv4 address, port 443 or 80
  Sticky sticky = Sticky::source;
  std::string certificate = {};  // a PEM file with the chain and the private key; empty: no TLS
  std::string path_prefix = {};  // of the nodes
  Seconds ping_interval{30};     // of the nodes
};

// The nodes of the registry. An address stands in it twice for a while when a node was killed and is back.
std::vector<BalancedNode> balanced_nodes(const std::vector<NodeRow>& rows);

// No part of the plan can end a line or begin a word of a configuration.
Result<void> check_plan(const BalancerPlan& plan);

// Both balancers cut a session through which nothing went for so long: three pings that did not come.
Seconds silence_of_the_dead(const BalancerPlan& plan);

std::vector<std::string> doors_of(const BalancerPlan& plan);

// The beginnings of the HTTP API's paths: "/apps/", and the same behind the prefix.
std::vector<std::string> api_paths_of(const BalancerPlan& plan);

// "3 nodes with 6 addresses; a client that comes back finds its node by ...".
std::string summary_of(const BalancerPlan& plan);

}  // namespace belfry::tools
