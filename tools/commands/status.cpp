#include "tools/commands/status.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/commands/admin_command.hpp"
#include "tools/status_table.hpp"

namespace belfry::tools {
namespace {

// https://no-color.org: any text in NO_COLOR means none.
bool wants_colours() {
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

ExitCode status(const OptionFlags& flags, bool json) {
  return with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, "status", kAdminTimeout, [&](const nlohmann::ordered_json& answer) {
      fmt::print("{}", json ? answer.dump(2) + "\n" : status_table(answer, wants_colours()));
      return ExitCode::ok;
    });
  });
}

}  // namespace

void add_status_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("status", "Show how a running node and its workers are");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "the supervisor's answer, for programs");
  const auto flags = add_admin_flags(*command);
  command->callback([flags, json, &exit_code] { exit_code = status(*flags, *json); });
}

}  // namespace belfry::tools
