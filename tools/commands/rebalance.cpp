#include "tools/commands/rebalance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/commands/admin_command.hpp"
#include "tools/duration_mistake.hpp"

namespace belfry::tools {
namespace {

ExitCode report(const nlohmann::ordered_json& answer) {
  const auto clients = answer.at("rebalancing").get<std::uint64_t>();
  const auto surplus = answer.at("surplus").get<std::vector<std::uint64_t>>();
  const auto above = std::count_if(surplus.begin(), surplus.end(), [](std::uint64_t count) { return count > 0; });
  if (clients == 0) fmt::print("nothing to do: no worker has more clients than the mean\n");
  else
    fmt::print("closing {} client{} of {} worker{} in the next {:g} s; `belfry status` shows how it goes\n", clients,
               clients == 1 ? "" : "s", above, above == 1 ? "" : "s", answer.at("over_s").get<double>());
  return ExitCode::ok;
}

ExitCode rebalance(const OptionFlags& flags, const std::string& over) {
  return with_admin_client(
      flags, [&](AdminClient& client) { return ask(client, "rebalance " + over, kAdminTimeout, report); });
}

}  // namespace

void add_rebalance_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand(
      "rebalance", "Move clients from workers with more than the mean to the others, by closing them");
  auto over = std::make_shared<std::string>("60s");
  command->add_option("--over", *over, "how long that takes, evenly spread")
      ->check(duration_mistake)
      ->capture_default_str();
  const auto flags = add_admin_flags(*command);
  command->callback([flags, over, &exit_code] { exit_code = rebalance(*flags, *over); });
}

}  // namespace belfry::tools
