#include "tools/commands/presence.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tools/commands/admin_command.hpp"
#include "tools/commands/ask_workers.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

struct Totals {
  std::uint64_t channels = 0;
  std::uint64_t members = 0;
  std::uint64_t differences = 0;
};

void print_difference(const Json& packet) {
  const std::string user = packet.value("user", "");
  fmt::print("worker {}, {}{}: {}\n", packet.at("worker").dump(), packet.at("channel").get<std::string>(),
             user.empty() ? "" : ", user " + user, packet.at("difference").get<std::string>());
}

void print_totals(const Totals& totals) {
  fmt::print("{} channels with {} members compared: {}\n", totals.channels, totals.members,
             totals.differences == 0 ? "no difference" : fmt::format("{} differences", totals.differences));
}

ExitCode verify(const OptionFlags& flags, bool json) {
  Totals totals;
  const auto take = [&](const Json& packet, std::string_view line) {
    if (json) fmt::print("{}\n", line);
    if (packet.contains("difference")) {
      if (!json) print_difference(packet);
      return false;
    }
    totals.channels += packet.value("channels", std::uint64_t{0});
    totals.members += packet.value("members", std::uint64_t{0});
    totals.differences += packet.value("differences", std::uint64_t{0});
    return true;
  };
  return ask_workers(flags, "presence verify", take, [&] {
    if (!json) print_totals(totals);
    return totals.differences == 0 ? ExitCode::ok : ExitCode::failure;
  });
}

}  // namespace

void add_presence_command(CLI::App& app, ExitCode& exit_code) {
  auto* presence = app.add_subcommand("presence", "Look after the members of presence channels");
  presence->require_subcommand(1);
  auto* command = presence->add_subcommand("verify", "Compare what this node's workers hold with Redis");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "JSON lines, for programs");
  const auto flags = add_admin_flags(*command);
  command->callback([flags, json, &exit_code] { exit_code = verify(*flags, *json); });
}

}  // namespace belfry::tools
