#include "tools/commands/stop.hpp"

#include <nlohmann/json.hpp>

#include "tools/commands/admin_command.hpp"
#include "tools/commands/failure.hpp"

namespace belfry::tools {
namespace {

constexpr Milliseconds kEndTimeout = Seconds(30);  // workers, then the managed Redis

ExitCode wait_until_gone(AdminClient& client) {
  const auto ended = client.wait_for_end(kEndTimeout);
  return ended ? ExitCode::ok : fail(ExitCode::failure, "stop: " + ended.error().message);
}

ExitCode stop(const OptionFlags& flags) {
  return with_admin_client(flags, [](AdminClient& client) {
    return ask(client, "stop", kAdminTimeout, [&](const nlohmann::ordered_json&) { return wait_until_gone(client); });
  });
}

}  // namespace

void add_stop_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("stop", "End a running node and wait until it is gone");
  const auto flags = add_admin_flags(*command);
  command->callback([flags, &exit_code] { exit_code = stop(*flags); });
}

}  // namespace belfry::tools
