#include "tools/commands/version.hpp"

#include <fmt/format.h>

#include "common/version.hpp"

namespace belfry::tools {

void add_version_command(CLI::App& app, ExitCode& exit_code) {
  app.add_subcommand("version", "Print the version")->callback([&exit_code] {
    fmt::print("belfry {}\n", version());
    exit_code = ExitCode::ok;
  });
}

}  // namespace belfry::tools
