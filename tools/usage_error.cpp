#include "tools/usage_error.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "common/suggestion.hpp"

namespace belfry::tools {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> flag_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// The first option that nobody knows, else the first argument.
std::string first_unknown(const std::vector<std::string>& arguments) {
  const auto option = std::ranges::find_if(arguments, [](const std::string& text) { return text.starts_with('-'); });
  const std::string found = option != arguments.end() ? *option : arguments.front();
  return found.starts_with("--") ? found.substr(0, found.find('=')) : found;
}

// "bench connect": with the commands above it, but for the program itself.
std::string full_name(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  if (parent == nullptr || parent->get_parent() == nullptr) return command.get_name();
  return full_name(*parent) + " " + command.get_name();
}

std::string unknown_argument(const CLI::App& command, const std::string& argument) {
  if (!argument.starts_with('-')) return full_name(command) + " takes no argument \"" + argument + "\"";
  return full_name(command) + " has no option " + argument + did_you_mean(argument, flag_names(command));
}

std::string no_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  const std::string help =
      app.get_parent() == nullptr ? "; belfry --help lists them" : "; belfry " + full_name(app) + " --help lists them";
  if (arguments.empty()) return "no command" + help;
  const std::string unknown = first_unknown(arguments);
  const std::string suggestion = did_you_mean(unknown, command_names(app));
  return "unknown command " + unknown + (suggestion.empty() ? help : suggestion);
}

// The one that was named last: what was wrong is its.
const CLI::App& innermost(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : innermost(*commands.front());
}

}  // namespace

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = innermost(app);
  const auto remaining = app.remaining(true);
  if (command.get_require_subcommand_min() > 0) return no_command(command, remaining);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !remaining.empty())
    return unknown_argument(command, first_unknown(remaining));
  return full_name(command) + ": " + error.what();
}

}  // namespace belfry::tools
