#include "tools/option_flags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "common/option_table.hpp"
#include "common/option_value.hpp"

namespace belfry::tools {
namespace {

// What stands behind the flag in --help; completions take words with a "|" between them for the ones to choose from.
std::string placeholder(const Field& field, const Rule& rule) {
  if (const auto* one_of = std::get_if<OneOf>(&rule)) return fmt::format("{}", fmt::join(one_of->words, "|"));
  if (std::holds_alternative<bool*>(field)) return "true|false";
  if (std::holds_alternative<std::uint32_t*>(field)) return "NUMBER";
  if (std::holds_alternative<Milliseconds*>(field)) return "DURATION";
  if (std::holds_alternative<std::string*>(field)) return "TEXT";
  return "A,B,...";
}

std::string description(const Option<Settings>& option, const Field& default_field) {
  const std::string text(option.help), value = toml_value(default_field, option.rule);
  const bool says_nothing = value == "[]" || value == R"("")";
  return !option.example.empty() || says_nothing ? text : fmt::format("{} (default {})", text, value);
}

const CLI::Option* add_flag(CLI::App& command, const Option<Settings>& option) {
  Settings defaults;
  const Field field = option.field(defaults);
  const std::string text = description(option, field);  // constant: else CLI11 takes it for the variable to fill
  CLI::Option* flag = command.add_option(flag_of(option.key), text);
  flag->option_text(placeholder(field, option.rule));
  if (std::holds_alternative<bool*>(field)) flag->expected(0, 1)->default_str("true");
  if (std::holds_alternative<std::vector<std::string>*>(field)) flag->take_all();
  return flag;
}

}  // namespace

std::shared_ptr<OptionFlags> OptionFlags::add_to(CLI::App& command) {
  const auto keys = option_keys(setting_options());
  return add_to(command, {keys.begin(), keys.end()});
}

std::shared_ptr<OptionFlags> OptionFlags::add_to(CLI::App& command, const std::vector<std::string_view>& keys) {
  auto flags = std::make_shared<OptionFlags>();
  const std::string text = fmt::format("configuration file (default {}, if it exists)", kDefaultConfigFile);
  flags->config_ = command.add_option("--config", text)->option_text("FILE");
  for (const std::string_view key : keys)
    flags->flags_.push_back({std::string(key), add_flag(command, *find_option(setting_options(), key))});
  return flags;
}

std::optional<std::string> OptionFlags::config() const {
  return config_->empty() ? std::nullopt : std::optional(config_->results().back());
}

std::vector<std::string> OptionFlags::files() const {
  auto files = config_files(config(), process_environment());
  return files ? *files : std::vector<std::string>();
}

FlagValues OptionFlags::values() const {
  FlagValues values;
  for (const Flag& flag : flags_)
    if (!flag.option->empty()) values[flag.key] = fmt::format("{}", fmt::join(flag.option->results(), ","));
  return values;
}

std::vector<std::string> split_empty_values(std::vector<std::string> arguments) {
  std::vector<std::string> split;
  bool options_ended = false;
  for (std::string& argument : arguments) {
    options_ended = options_ended || argument == "--";
    const bool valueless = !options_ended && argument.starts_with("--") && argument.find('=') == argument.size() - 1;
    if (valueless) argument.pop_back();
    split.push_back(std::move(argument));
    if (valueless) split.emplace_back();
  }
  return split;
}

}  // namespace belfry::tools
