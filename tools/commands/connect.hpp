// `belfry connect URL`: prints what arrives, sends what is typed, until one side closes.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_connect_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
