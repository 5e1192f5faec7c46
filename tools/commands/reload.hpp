// `belfry reload [--dry-run] [--json]`: has the running node read its configuration again, and shows what is different.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_reload_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
