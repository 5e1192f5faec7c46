// `belfry completion bash|zsh|fish`, hidden: prints the completions of a shell, for the build of the package.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_completion_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
