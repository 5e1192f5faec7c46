#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/completion/scripts.hpp"

namespace belfry::tools {
namespace {

// Within '...[...]' of _arguments and 'name:...' of _describe.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char byte : text) {
    if (byte == '\'') safe += "'\\''";
    else if (byte == '[' || byte == ']' || byte == ':' || byte == '\\') safe.append("\\").append(1, byte);
    else safe += byte;
  }
  return safe;
}

std::string value_of(const FlagModel& flag) {
  if (flag.value.empty()) return "";
  const std::string message = flag.value_is_optional ? "::" : ":";
  if (!flag.choices.empty()) return fmt::format("{}value:({})", message, fmt::join(flag.choices, " "));
  return message + (flag.value == "FILE" ? "file:_files" : "value: ");
}

void append_flags(std::string& script, const CommandModel& command) {
  for (const FlagModel& flag : command.flags)
    for (const std::string& name : flag.names) {
      const char* joint = flag.value.empty() || !name.starts_with("--") ? "" : flag.value_is_optional ? "=-" : "=";
      script += fmt::format(" \\\n    '{}{}[{}]{}'", name, joint, escaped(flag.help), value_of(flag));
    }
}

std::string function_of(const std::string& path) {
  std::string name = "_belfry" + path;
  for (char& byte : name)
    if (byte == ' ') byte = '_';
  return name;
}

void append_choice(std::string& script, const CommandModel& command, const std::string& path) {
  script += " \\\n    '1: :->command' '*:: :->rest'\n  case $state in\n    command)\n      commands=(";
  for (const CommandModel& below : command.commands)
    script += fmt::format("\n        '{}:{}'", below.name, escaped(below.help));
  script += ")\n      _describe command commands ;;\n    rest)\n      case $words[1] in\n";
  for (const CommandModel& below : command.commands)
    script += fmt::format("        {}) {} ;;\n", below.name, function_of(path + " " + below.name));
  script += "      esac ;;\n  esac\n";
}

void append_function(std::string& script, const CommandModel& command, const std::string& path) {
  for (const CommandModel& below : command.commands) append_function(script, below, path + " " + below.name);
  script += fmt::format("{}() {{\n  local -a commands\n  local state line\n  _arguments -C", function_of(path));
  append_flags(script, command);
  if (command.commands.empty()) script += "\n";
  else append_choice(script, command, path);
  script += "}\n\n";
}

}  // namespace

std::string zsh_completion(const CommandModel& program) {
  std::string script = "#compdef belfry\n# made by `belfry completion zsh`\n\n";
  append_function(script, program, "");
  return script + "_belfry \"$@\"\n";
}

}  // namespace belfry::tools
