// `belfry log level`: from which level on a running node logs.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_log_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
