// `belfry tail --app KEY`: what happens to an app at this node, live.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_tail_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
