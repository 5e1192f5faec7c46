// `belfry drain`: ends a node slowly, so that its clients move to other nodes a few at a time, and waits until it is
// gone.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_drain_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
