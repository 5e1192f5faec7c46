// `belfry presence verify`: whether Redis has what the workers of this node hold.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_presence_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
