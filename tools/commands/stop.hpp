// `belfry stop`: ends a running node and waits until it is gone.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_stop_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
