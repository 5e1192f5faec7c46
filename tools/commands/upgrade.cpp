#include "tools/commands/upgrade.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/control_contract.hpp"
#include "tools/commands/admin_command.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

ExitCode report(const Json& answer, const Json& status) {
  const auto restarted = answer.at("restarted").get<std::vector<std::size_t>>();
  if (restarted.empty()) return fmt::print("the workers are of the installed version already\n"), ExitCode::ok;
  const Json& version = status.at("workers").at(restarted.back()).at("version");  // null: it has ended since
  fmt::print("{} workers replaced by version {}; the supervisor stays version {} until the service is restarted\n",
             restarted.size(), version.is_string() ? version.get<std::string>() : "unknown",
             answer.at("supervisor").get<std::string>());
  return ExitCode::ok;
}

ExitCode upgrade(const OptionFlags& flags) {
  return with_admin_client(flags, [](AdminClient& client) {
    return ask(client, "status", kAdminTimeout, [&](const Json& before) {
      const auto timeout = kReplacementTimeout * before.at("workers").size();
      return ask(client, "upgrade " + control_contract(), timeout, [&](const Json& answer) {
        return ask(client, "status", kAdminTimeout, [&](const Json& status) { return report(answer, status); });
      });
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
