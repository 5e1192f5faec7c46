// `belfry send URL MESSAGE...`: sends, waits until the server has read everything, and closes.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_send_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
