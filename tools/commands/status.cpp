#include "tools/commands/status.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "tools/commands/admin_command.hpp"
#include "tools/commands/ask_workers.hpp"
#include "tools/memory_table.hpp"
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

ExitCode memory(const OptionFlags& flags, bool json) {
  std::size_t clients = 0;
  const ExitCode code = with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, "status", kAdminTimeout, [&](const nlohmann::ordered_json& answer) {
      clients = answer.at("clients").get<std::size_t>();
      return ExitCode::ok;
    });
  });
  if (code != ExitCode::ok) return code;
  std::vector<nlohmann::ordered_json> workers;
  const auto take = [&](const nlohmann::ordered_json& packet, std::string_view line) {
    if (json) fmt::print("{}\n", line);
    workers.push_back(packet);
    return true;
  };
  return ask_workers(flags, "memory", take, [&] {
    if (!json) fmt::print("{}", memory_table(workers, clients));
    return ExitCode::ok;
  });
}

}  // namespace

void add_status_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("status", "Show how a running node and its workers are");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "the supervisor's answer, for programs");
  auto by_kind = std::make_shared<bool>(false);
  command->add_flag("--memory", *by_kind, "what the workers' memory is used for");
  const auto flags = add_admin_flags(*command);
  command->callback(
      [flags, json, by_kind, &exit_code] { exit_code = *by_kind ? memory(*flags, *json) : status(*flags, *json); });
}

}  // namespace belfry::tools
