#include "tools/commands/log.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tools/commands/admin_command.hpp"

namespace belfry::tools {
namespace {

ExitCode run_log_level(const std::string& level, const OptionFlags& flags) {
  const std::string command = level.empty() ? "log level" : "log level " + level;
  return with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, command, kAdminTimeout, [](const nlohmann::ordered_json& answer) {
      fmt::print("{}{}\n", answer.at("level").get<std::string>(),
                 answer.contains("until") ? " until " + answer.at("until").get<std::string>() : "");
      return ExitCode::ok;
    });
  });
}

}  // namespace

void add_log_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("log", "Show or change what a running node logs");
  command->require_subcommand(1);
  auto* level_command =
      command->add_subcommand("level", "Show from which level on it logs, or change that until a reload");
  auto level = std::make_shared<std::string>();
  level_command->add_option("LEVEL", *level, "debug, info, warning or error");
  const auto flags = add_admin_flags(*level_command);
  level_command->callback([level, flags, &exit_code] { exit_code = run_log_level(*level, *flags); });
}

}  // namespace belfry::tools
