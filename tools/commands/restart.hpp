// `belfry restart [SLOT]`: replaces one worker, or all of them one after the other.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_restart_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
