// `belfry check`: says whether `belfry serve` would accept the configuration. Binds and starts nothing.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_check_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
