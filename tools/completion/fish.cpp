#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/completion/scripts.hpp"

namespace belfry::tools {
namespace {

constexpr const char* kPathFunction = R"(# fish completion of belfry, made by `belfry completion fish`
function __belfry_command
  set -l path ''
  for word in (commandline -opc)[2..-1]
    switch "$path $word"
      case COMMANDS
        set path "$path $word"
    end
  end
  test "$path" = "$argv[1]"
end
complete -c belfry -f
)";

std::string in_quotes(std::string_view text) {
  std::string safe = "'";
  for (const char byte : text) {
    if (byte == '\'' || byte == '\\') safe += '\\';
    safe += byte;
  }
  return safe + "'";
}

std::string value_of(const FlagModel& flag) {
  if (flag.value.empty() || flag.value_is_optional) return "";
  if (!flag.choices.empty()) return " -x -a " + in_quotes(fmt::format("{}", fmt::join(flag.choices, " ")));
  return flag.value == "FILE" ? " -r -F" : " -x";
}

void append(std::string& lines, std::string& paths, const CommandModel& command, const std::string& path) {
  const std::string condition = "complete -c belfry -n " + in_quotes("__belfry_command " + in_quotes(path));
  for (const CommandModel& below : command.commands)
    lines += fmt::format("{} -a {} -d {}\n", condition, below.name, in_quotes(below.help));
  for (const FlagModel& flag : command.flags) {
    lines += condition;
    for (const std::string& name : flag.names)
      lines += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    lines += fmt::format("{} -d {}\n", value_of(flag), in_quotes(flag.help));
  }
  for (const CommandModel& below : command.commands) {
    paths += " " + in_quotes(path + " " + below.name);
    append(lines, paths, below, path + " " + below.name);
  }
}

}  // namespace

std::string fish_completion(const CommandModel& program) {
  std::string lines, paths, head = kPathFunction;
  append(lines, paths, program, "");
  const std::string_view place = " COMMANDS";
  head.replace(head.find(place), place.size(), paths);
  return head + lines;
}

}  // namespace belfry::tools
