// `belfry nodes`: the nodes of the cluster, as they announce themselves in Redis.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_nodes_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
