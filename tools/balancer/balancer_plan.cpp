#include "tools/balancer/balancer_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

namespace belfry::tools {
namespace {

constexpr Seconds kShortestSilence{120};

std::string_view way_back(Sticky sticky) {
  switch (sticky) {
    case Sticky::source: return "a client that comes back finds its node by its address";
    case Sticky::cookie: return "a client that comes back finds its node by a cookie";
    case Sticky::none: break;
  }
  return "a client that comes back may find any node";
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

bool is_word(std::string_view text, std::string_view signs) {
  const auto plain = [signs](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           signs.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, plain);
}

bool is_address(std::string_view text) {
  const auto colon = text.rfind(':');
  return colon != std::string_view::npos && is_word(text.substr(0, colon), ".-_:[]*") &&
         is_word(text.substr(colon + 1), "");
}

}  // namespace

std::vector<BalancedNode> balanced_nodes(const std::vector<NodeRow>& rows) {
  std::vector<BalancedNode> nodes;
  std::set<std::string> seen;
  for (const NodeRow& row : rows) {
    BalancedNode node = {{}, row.agent};
    for (const std::string& address : row.addresses)
      if (seen.insert(address).second) node.addresses.push_back(address);
    if (!node.addresses.empty()) nodes.push_back(std::move(node));
  }
  return nodes;
}

Result<void> check_plan(const BalancerPlan& plan) {
  const auto wrong = [](std::string_view what, const std::string& text, std::string_view expected) {
    return Unexpected(fmt::format("{}: \"{}\" is not {}", what, text, expected));
  };
  if (plan.nodes.empty()) return Unexpected("no node is known");
  for (const BalancedNode& node : plan.nodes) {
    for (const std::string& address : node.addresses)
      if (!is_address(address)) return wrong("address of a node", address, "host:port");
    if (!node.agent.empty() && !is_address(node.agent)) return wrong("agent of a node", node.agent, "host:port");
  }
  for (const std::string& door : plan.bind)
    if (!is_address(door)) return wrong("--bind", door, "an address such as *:443");
  if (!plan.certificate.empty() && (!plan.certificate.starts_with('/') || !is_word(plan.certificate, "/.-_+@%=:,")))
    return wrong("--certificate", plan.certificate, "an absolute path without spaces and quotes");
  if (!plan.path_prefix.empty() && !is_word(plan.path_prefix, "/-._~"))
    return wrong("path_prefix", plan.path_prefix, "a path of letters, digits, and / - . _ ~");
  return {};
}

Seconds silence_of_the_dead(const BalancerPlan& plan) { return std::max(kShortestSilence, 3 * plan.ping_interval); }

std::vector<std::string> doors_of(const BalancerPlan& plan) {
  if (!plan.bind.empty()) return plan.bind;
  return {plan.certificate.empty() ? "*:80" : "*:443"};
}

std::vector<std::string> api_paths_of(const BalancerPlan& plan) {
  std::vector<std::string> paths = {"/apps/"};
  if (!plan.path_prefix.empty()) paths.push_back(plan.path_prefix + "/apps/");
  return paths;
}

std::string summary_of(const BalancerPlan& plan) {
  std::size_t addresses = 0;
  for (const BalancedNode& node : plan.nodes) addresses += node.addresses.size();
  return fmt::format("{} with {}; {}", counted(plan.nodes.size(), "node", "nodes"),
                     counted(addresses, "address", "addresses"), way_back(plan.sticky));
}

}  // namespace belfry::tools
