#include "tools/commands/config.hpp"

#include <fmt/format.h>

#include <memory>

#include "tools/commands/failure.hpp"
#include "tools/option_flags.hpp"

namespace belfry::tools {
namespace {

struct ConfigArguments {
  bool effective = false;
  bool show_secrets = false;
};

ExitCode print_effective(const OptionFlags& flags, bool show_secrets) {
  auto settings = flags.load();
  if (!settings) return fail(ExitCode::configuration, settings.error().message);
  fmt::print("{}", show_secrets ? to_toml(*settings) : to_toml_without_secrets(*settings));
  return ExitCode::ok;
}

ExitCode config(const ConfigArguments& arguments, const OptionFlags& flags) {
  if (arguments.effective) return print_effective(flags, arguments.show_secrets);
  if (arguments.show_secrets || flags.config() || !flags.values().empty())
    return fail(ExitCode::usage, "config: options have a meaning only together with --effective");
  fmt::print("{}", sample_config());
  return ExitCode::ok;
}

}  // namespace

void add_config_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("config", "Print a commented sample of the configuration file");
  auto arguments = std::make_shared<ConfigArguments>();
  command->add_flag("--effective", arguments->effective,
                    "the configuration that `serve` would use instead, without secrets");
  command->add_flag("--show-secrets", arguments->show_secrets, "with --effective: passwords and app secrets too");
  const auto flags = OptionFlags::add_to(*command);
  command->callback([arguments, flags, &exit_code] { exit_code = config(*arguments, *flags); });
}

}  // namespace belfry::tools
