#include "tools/commands/manual.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "tools/manual/pages.hpp"

namespace belfry::tools {

void add_manual_command(CLI::App& app, ExitCode&) {
  auto* command = app.add_subcommand("manual", "Print a page of the manual")->group("");
  auto section = std::make_shared<std::string>();
  command->add_option("SECTION", *section, "1: belfry, 5: belfry.toml")->required()->check(CLI::IsMember({"1", "5"}));
  command->callback(
      [&app, section] { fmt::print("{}", *section == "1" ? program_page(model_of(app)) : configuration_page()); });
}

}  // namespace belfry::tools
