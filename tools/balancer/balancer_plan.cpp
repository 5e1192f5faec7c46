#include "tools/balancer/balancer_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

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

}  // namespace

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
