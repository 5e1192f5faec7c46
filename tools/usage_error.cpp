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

std::string unknown_argument(const CLI::App& command, const std::string& argument) {
  if (!argument.starts_with('-')) return command.get_name() + " takes no argument \"" + argument + "\"";
  return command.get_name() + " has no option " + argument + did_you_mean(argument, flag_names(command));
}

std::string no_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.empty()) return "no command; belfry --help lists them";
  const std::string unknown = first_unknown(arguments);
  const std::string suggestion = did_you_mean(unknown, command_names(app));
  return "unknown command " + unknown + (suggestion.empty() ? "; belfry --help lists them" : suggestion);
}

}  // namespace

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto commands = app.get_subcommands();
  const auto remaining = app.remaining(true);
  if (commands.empty()) return no_command(app, remaining);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !remaining.empty())
    return unknown_argument(*commands.front(), first_unknown(remaining));
  return commands.front()->get_name() + ": " + error.what();
}

}  // namespace belfry::tools
