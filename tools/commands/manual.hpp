// `belfry manual 1|5`, hidden: prints belfry(1) or belfry.toml(5), for the build of the package.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_manual_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
