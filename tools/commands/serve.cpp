#include "tools/commands/serve.hpp"

#include <algorithm>
#include <utility>

#include "common/development_app.hpp"
#include "common/log.hpp"
#include "common/log_settings.hpp"
#include "supervisor/supervisor.hpp"
#include "tools/commands/failure.hpp"
#include "tools/option_flags.hpp"

namespace belfry::tools {
namespace {

void announce_what_is_open(const Settings& settings) {
  const auto development = std::ranges::find_if(settings.apps, is_development_app);
  if (development != settings.apps.end())
    log::info("a development app exists, for this machine only",
              {{"id", development->id}, {"key", development->key}, {"secret", development->secret}});
  if (settings.raw.enabled) log::info("raw broadcast is open", {{"path", settings.raw.path}});
}

ExitCode serve(const OptionFlags& flags) {
  auto settings = flags.load();
  if (!settings) return fail(ExitCode::configuration, settings.error().message);
  log::setup("supervisor", settings->log);
  announce_what_is_open(*settings);
  return supervisor::run_supervisor(std::move(*settings), [&flags] { return flags.load(); });
}

}  // namespace

void add_serve_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("serve", "Serve WebSocket clients, until SIGTERM, SIGINT or `belfry stop`");
  const auto flags = OptionFlags::add_to(*command);
  command->callback([flags, &exit_code] { exit_code = serve(*flags); });
}

}  // namespace belfry::tools
