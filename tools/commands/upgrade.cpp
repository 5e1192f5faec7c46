#include "tools/commands/upgrade.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "common/control_contract.hpp"
#include "common/version.hpp"
#include "tools/commands/admin_command.hpp"

namespace belfry::tools {
namespace {

ExitCode report(const nlohmann::ordered_json& answer) {
  const auto workers = answer.at("restarted").size();
  if (workers == 0) fmt::print("the workers are of the installed version already\n");
  else
    fmt::print("{} workers replaced by version {}; the supervisor stays version {} until the service is restarted\n",
               workers, version(), answer.at("supervisor").get<std::string>());
  return ExitCode::ok;
}

ExitCode upgrade(const OptionFlags& flags) {
  return with_admin_client(flags, [](AdminClient& client) {
    return ask(client, "status", kAdminTimeout, [&](const nlohmann::ordered_json& status) {
      return ask(client, "upgrade " + control_contract(), kReplacementTimeout * status.at("workers").size(), report);
    });
  });
}

}  // namespace

void add_upgrade_command(CLI::App& app, ExitCode& exit_code) {
  auto* command =
      app.add_subcommand("upgrade", "Replace the workers by those of the installed version, one after the other");
  const auto flags = add_admin_flags(*command);
  command->callback([flags, &exit_code] { exit_code = upgrade(*flags); });
}

}  // namespace belfry::tools
