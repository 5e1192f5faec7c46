#include "tools/commands/nodes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tools/commands/admin_command.hpp"
#include "tools/commands/ask_nodes.hpp"

namespace belfry::tools {
namespace {

constexpr std::size_t kIdDigits = 8;  // as many as tell nodes apart

void print_table(const std::vector<NodeRow>& nodes) {
  std::size_t widest = 0;
  for (const NodeRow& node : nodes) widest = std::max(widest, node.address().size());
  fmt::print("{:<{}}  {:<8}  {:>8}  {:>8}  {:<7}  {:<8}  {}\n", "ADDRESS", widest, "STATE", "CLIENTS", "ROOM",
             "VERSION", "NODE", "FURTHER ADDRESSES");
  for (const NodeRow& node : nodes)
    fmt::print("{:<{}}  {:<8}  {:>8}  {:>8}  {:<7}  {:<8}  {}\n", node.address(), widest, node.state, node.clients,
               node.capacity, node.version, node.id.substr(0, kIdDigits),
               fmt::join(node.addresses.begin() + 1, node.addresses.end(), " "));
}

ExitCode nodes(const OptionFlags& flags, bool json) {
  return ask_nodes(flags, [&](const std::vector<NodeRow>& nodes) {
    if (!json) return print_table(nodes), ExitCode::ok;
    for (const NodeRow& node : nodes) fmt::print("{}\n", to_json(node));
    return ExitCode::ok;
  });
}

}  // namespace

void add_nodes_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("nodes", "List the nodes of the cluster");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "JSON lines, for programs");
  const auto flags = add_admin_flags(*command);
  command->callback([flags, json, &exit_code] { exit_code = nodes(*flags, *json); });
}

}  // namespace belfry::tools
