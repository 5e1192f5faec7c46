#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "tools/completion/scripts.hpp"

namespace belfry::tools {
namespace {

// Bash splits --flag=value at the "=" (COMP_WORDBREAKS).
constexpr const char* kHead = R"(# bash completion of belfry, made by `belfry completion bash`
_belfry() {
  local word=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]} path= words= i
  [[ $word == = ]] && word=
  [[ $flag == = ]] && flag=${COMP_WORDS[COMP_CWORD-2]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path ${COMP_WORDS[i]}" in
      COMMANDS) path="$path ${COMP_WORDS[i]}" ;;
    esac
  done
)";

constexpr const char* kTail = R"(  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _belfry belfry
)";

struct Cases {
  std::vector<std::string> paths;                          // "\" serve\"", as patterns
  std::vector<std::pair<std::string, std::string>> words;  // of each path
  std::map<std::string, std::vector<std::string>> values;  // choices -> the flags that have them
  std::vector<std::string> free;                           // flags with any other value
  std::vector<std::string> files;                          // flags with a file
};

void collect_flag(Cases& cases, const FlagModel& flag, const std::string& path) {
  if (flag.value.empty()) return;
  for (const std::string& name : flag.names) {
    const std::string pattern = fmt::format("\"{} {}\"", path, name);
    if (!flag.choices.empty()) cases.values[fmt::format("{}", fmt::join(flag.choices, " "))].push_back(pattern);
    else if (flag.value == "FILE") cases.files.push_back(pattern);
    else cases.free.push_back(pattern);
  }
}

void collect(Cases& cases, const CommandModel& command, const std::string& path) {
  std::vector<std::string> words;
  for (const CommandModel& below : command.commands) words.push_back(below.name);
  for (const FlagModel& flag : command.flags) {
    words.push_back(flag.names.back());
    collect_flag(cases, flag, path);
  }
  cases.words.emplace_back(path, fmt::format("{}", fmt::join(words, " ")));
  for (const CommandModel& below : command.commands) {
    cases.paths.push_back(fmt::format("\"{} {}\"", path, below.name));
    collect(cases, below, path + " " + below.name);
  }
}

std::string patterns(const std::vector<std::string>& all) { return fmt::format("{}", fmt::join(all, " | ")); }

}  // namespace

std::string bash_completion(const CommandModel& program) {
  Cases cases;
  collect(cases, program, "");
  std::string script = kHead;
  const std::string_view place = "COMMANDS";
  script.replace(script.find(place), place.size(), patterns(cases.paths));
  script += "  case \"$path $flag\" in\n";
  for (const auto& [choices, flags] : cases.values)
    script += fmt::format("    {})\n      words=\"{}\" ;;\n", patterns(flags), choices);
  if (!cases.files.empty())
    script += fmt::format("    {})\n      mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n      return ;;\n",
                          patterns(cases.files));
  if (!cases.free.empty()) script += fmt::format("    {})\n      return ;;\n", patterns(cases.free));
  script += "    *) case $path in\n";
  for (const auto& [path, words] : cases.words) script += fmt::format("      \"{}\") words=\"{}\" ;;\n", path, words);
  return script + "    esac ;;\n  esac\n" + kTail;
}

}  // namespace belfry::tools
