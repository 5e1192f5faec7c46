// `belfry rebalance [--over TIME]`: moves clients from workers with more than the mean to the others.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_rebalance_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
