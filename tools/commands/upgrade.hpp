// `belfry upgrade`: has a running node replace its workers by those of the version that is installed now, which is the
// one that asks for it.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_upgrade_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
