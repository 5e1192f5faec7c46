// `belfry config`: prints the commented sample, or with --effective the configuration that `belfry serve` would use.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_config_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
