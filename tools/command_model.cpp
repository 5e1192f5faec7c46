#include "tools/command_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

namespace belfry::tools {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// "TEXT:{pusher,raw}", as CLI11 calls a value that has to be one of a set.
std::string set_of(const std::string& type) {
  const auto begin = type.find('{'), end = type.find('}');
  return begin == std::string::npos || end == std::string::npos ? "" : type.substr(begin + 1, end - begin - 1);
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string& text = option.get_option_text();
  if (text.find('|') != std::string::npos) return split(text, '|');
  return split(set_of(option.get_type_name()), ',');
}

std::string value_of(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return "";
  if (!option.get_option_text().empty()) return option.get_option_text();
  if (const auto choices = choices_of(option); !choices.empty()) return fmt::format("{}", fmt::join(choices, "|"));
  const std::string type = option.get_type_name().substr(0, option.get_type_name().find(':'));
  return type == "UINT" || type == "INT" || type == "FLOAT" ? "NUMBER" : "TEXT";
}

FlagModel flag_model(const CLI::Option& option) {
  FlagModel flag;
  for (const std::string& name : option.get_snames()) flag.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flag.names.push_back("--" + name);
  flag.value = value_of(option);
  flag.choices = choices_of(option);
  flag.value_is_optional = !flag.value.empty() && option.get_expected_min() == 0;
  flag.help = option.get_description();
  return flag;
}

ArgumentModel argument_model(const CLI::Option& option) {
  return {.name = option.get_name(true),
          .help = option.get_description(),
          .is_required = option.get_required(),
          .repeats = option.get_items_expected_max() > 1};
}

}  // namespace

CommandModel model_of(const CLI::App& app) {
  CommandModel command;
  command.name = app.get_name();
  command.help = app.get_description();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    if (option->get_positional()) command.arguments.push_back(argument_model(*option));
    else command.flags.push_back(flag_model(*option));
  }
  for (const CLI::App* below : app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); }))
    command.commands.push_back(model_of(*below));
  return command;
}

}  // namespace belfry::tools
