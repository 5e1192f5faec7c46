// The composition root: decides which of the binary's roles this process plays, and turns its outcome into an exit
// code.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "common/control_contract.hpp"
#include "common/exit_code.hpp"
#include "common/openssl_heap.hpp"
#include "common/version.hpp"
#include "tools/commands/balancer.hpp"
#include "tools/commands/bench.hpp"
#include "tools/commands/check.hpp"
#include "tools/commands/completion.hpp"
#include "tools/commands/config.hpp"
#include "tools/commands/connect.hpp"
#include "tools/commands/drain.hpp"
#include "tools/commands/failure.hpp"
#include "tools/commands/log.hpp"
#include "tools/commands/manual.hpp"
#include "tools/commands/nodes.hpp"
#include "tools/commands/presence.hpp"
#include "tools/commands/rebalance.hpp"
#include "tools/commands/reload.hpp"
#include "tools/commands/restart.hpp"
#include "tools/commands/send.hpp"
#include "tools/commands/serve.hpp"
#include "tools/commands/status.hpp"
#include "tools/commands/stop.hpp"
#include "tools/commands/tail.hpp"
#include "tools/commands/top.hpp"
#include "tools/commands/trigger.hpp"
#include "tools/commands/upgrade.hpp"
#include "tools/commands/version.hpp"
#include "tools/option_flags.hpp"
#include "tools/usage_error.hpp"
#include "worker/worker.hpp"

namespace belfry::tools {
namespace {

constexpr auto kAddCommands = {
    add_serve_command,     add_check_command,   add_config_command,     add_status_command,  add_nodes_command,
    add_balancer_command,  add_stop_command,    add_drain_command,      add_restart_command, add_reload_command,
    add_rebalance_command, add_connect_command, add_send_command,       add_trigger_command, add_tail_command,
    add_top_command,       add_log_command,     add_presence_command,   add_bench_command,   add_version_command,
    add_upgrade_command,   add_manual_command,  add_completion_command,
};

// `belfry worker SLOT CONTRACT` (common/inheritance.hpp) is on the way of every restart: it takes no detour over the
// other commands.
ExitCode run_worker(std::span<const std::string_view> arguments) {
  std::uint32_t slot = 0;
  const std::string_view text = arguments.size() == 2 ? arguments[0] : "";
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), slot);
  if (error != std::errc() || end != text.data() + text.size())
    return fail(ExitCode::usage, "worker: expected a slot and a contract; only `belfry serve` starts workers");
  if (arguments[1] != control_contract())
    return fail(ExitCode::control_channel,
                "worker: version " + std::string(version()) + " does not understand the supervisor that started it");
  count_openssl_heap();
  return worker::run_worker(slot);
}

ExitCode run_command(std::span<const std::string_view> arguments) {
  ExitCode exit_code = ExitCode::ok;
  CLI::App app("A self-hosted WebSocket cluster", "belfry");
  app.set_version_flag("--version", "belfry " + std::string(version()));
  app.require_subcommand(1);
  for (const auto add_command : kAddCommands) add_command(app, exit_code);
  try {
    auto reversed = split_empty_values({arguments.begin(), arguments.end()});
    std::ranges::reverse(reversed);  // as App::parse() wants them
    app.parse(reversed);
  } catch (const CLI::Success& success) {  // --help and --version
    app.exit(success);
  } catch (const CLI::ParseError& error) {
    return fail(ExitCode::usage, usage_error(app, error));
  }
  return exit_code;
}

ExitCode run(std::span<const std::string_view> arguments) {
  try {
    if (!arguments.empty() && arguments[0] == "worker") return run_worker(arguments.subspan(1));
    return run_command(arguments);
  } catch (const std::system_error& error) {  // fmt: standard output takes no more
    return fail(ExitCode::failure, error.what());
  } catch (const std::exception& error) {
    return fail(ExitCode::internal, error.what());
  }
}

}  // namespace
}  // namespace belfry::tools

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + std::min(argc, 1), argv + argc);
  const belfry::ExitCode exit_code = belfry::tools::run(arguments);
  if (std::fflush(stdout) != 0 && exit_code == belfry::ExitCode::ok)
    return static_cast<int>(belfry::tools::fail(belfry::ExitCode::failure, "the output could not be written"));
  return static_cast<int>(exit_code);
}
