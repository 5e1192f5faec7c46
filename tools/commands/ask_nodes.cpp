#include "tools/commands/ask_nodes.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tools/commands/ask_workers.hpp"
#include "tools/commands/failure.hpp"

namespace belfry::tools {

ExitCode ask_nodes(const OptionFlags& flags, const std::function<ExitCode(const std::vector<NodeRow>& nodes)>& use) {
  std::vector<NodeRow> nodes;
  std::string trouble;
  const auto take = [&](const nlohmann::ordered_json& packet, std::string_view line) {
    if (const auto row = parse_node_row(line)) nodes.push_back(*row);
    trouble = packet.value("error", "");
    return packet.contains("worker");
  };
  return ask_workers(flags, "nodes", take, [&] {
    if (!trouble.empty()) return fail(ExitCode::unavailable, "nodes: " + trouble);
    std::ranges::sort(nodes, {}, &NodeRow::address);
    return use(nodes);
  });
}

}  // namespace belfry::tools
