// `belfry trigger APP CHANNEL EVENT DATA`: publishes an event over the HTTP API, as an app's back end would.
#pragma once

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace belfry::tools {

void add_trigger_command(CLI::App& app, ExitCode& exit_code);

}  // namespace belfry::tools
