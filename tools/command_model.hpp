// The command line as plain values, read off what the commands have declared to CLI11: what the manual and the shells'
// completions are made of. Hidden commands are left out.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace belfry::tools {

struct FlagModel {
  std::vector<std::string> names;    // "-h", "--help"
  std::string value;                 // "FILE"; empty: it takes none
  bool value_is_optional = false;    // then only as --flag=VALUE
  std::vector<std::string> choices;  // all values that it may have; empty: too many to name
  std::string help;
};

struct ArgumentModel {
  std::string name;
  std::string help;
  bool is_required = false;
  bool repeats = false;
};

struct CommandModel {
  std::string name;  // the last word
  std::string help;
  std::vector<FlagModel> flags;
  std::vector<ArgumentModel> arguments;
  std::vector<CommandModel> commands;
};

CommandModel model_of(const CLI::App& app);

}  // namespace belfry::tools
