#include "tools/commands/check.hpp"

#include <fmt/format.h>

#include "tools/commands/failure.hpp"
#include "tools/option_flags.hpp"

namespace belfry::tools {
namespace {

ExitCode check(const OptionFlags& flags) {
  auto settings = flags.load();
  if (!settings) return fail(ExitCode::configuration, settings.error().message);
  const auto file = config_file(flags.config());
  fmt::print("configuration ok: {}\n", file ? *file : "no file, defaults");
  return ExitCode::ok;
}

}  // namespace

void add_check_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("check", "Say whether `serve` would accept the configuration; start nothing");
  const auto flags = OptionFlags::add_to(*command);
  command->callback([flags, &exit_code] { exit_code = check(*flags); });
}

}  // namespace belfry::tools
