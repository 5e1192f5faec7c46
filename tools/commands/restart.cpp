#include "tools/commands/restart.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/commands/admin_command.hpp"

namespace belfry::tools {
namespace {

std::string slot_mistake(const std::string& text) {
  const bool is_number = !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? "" : fmt::format("\"{}\" is no slot, expected a number as `belfry status` shows it", text);
}

ExitCode report_restarted(const nlohmann::ordered_json& answer) {
  const auto slots = answer.value("restarted", std::vector<std::uint32_t>());
  fmt::print("restarted: {}\n", slots.empty() ? "nothing" : fmt::format("worker {}", fmt::join(slots, ", ")));
  return ExitCode::ok;
}

ExitCode restart(const OptionFlags& flags, std::optional<std::uint32_t> slot) {
  return with_admin_client(flags, [&](AdminClient& client) {
    if (slot) return ask(client, fmt::format("restart {}", *slot), kReplacementTimeout, report_restarted);
    return ask(client, "status", kAdminTimeout, [&](const nlohmann::ordered_json& status) {
      return ask(client, "restart", kReplacementTimeout * status.at("workers").size(), report_restarted);
    });
  });
}

}  // namespace

void add_restart_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("restart", "Replace one worker, or all of them one after the other");
  auto slot = std::make_shared<std::optional<std::uint32_t>>();
  command->add_option("SLOT", *slot, "the worker's number in `belfry status`; all without it")->check(slot_mistake);
  const auto flags = add_admin_flags(*command);
  command->callback([flags, slot, &exit_code] { exit_code = restart(*flags, *slot); });
}

}  // namespace belfry::tools
