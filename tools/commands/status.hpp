// `belfry status`: how a running node and its workers are.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_status_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
