// `belfry top`: a node at work, live in the terminal.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_top_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
