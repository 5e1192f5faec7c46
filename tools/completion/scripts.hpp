// Completions for shells: commands, flags, and the values of flags that have a few. Made of the command line's model,
// so that they know whatever the program knows.
#pragma once

#include <string>

#include "tools/command_model.hpp"

namespace belfry::tools {

std::string bash_completion(const CommandModel& program);
std::string zsh_completion(const CommandModel& program);
std::string fish_completion(const CommandModel& program);

}  // namespace belfry::tools
