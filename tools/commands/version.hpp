// `belfry version`.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_version_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
