// `belfry bench connect|fanout|ping|churn`: loads a server of this machine, and says what it measured.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_bench_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
