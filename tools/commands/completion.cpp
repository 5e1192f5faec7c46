#include "tools/commands/completion.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "tools/completion/scripts.hpp"

namespace belfry::tools {
namespace {

std::string script_of(const std::string& shell, const CommandModel& program) {
  if (shell == "bash") return bash_completion(program);
  return shell == "zsh" ? zsh_completion(program) : fish_completion(program);
}

}  // namespace

void add_completion_command(CLI::App& app, ExitCode&) {
  auto* command = app.add_subcommand("completion", "Print the completions of a shell")->group("");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&app, shell] { fmt::print("{}", script_of(*shell, model_of(app))); });
}

}  // namespace belfry::tools
