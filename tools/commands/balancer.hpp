// `belfry balancer haproxy|nginx`: the configuration of a balancer in front of the cluster's nodes, to standard output.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_balancer_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
