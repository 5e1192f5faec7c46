// The manual, made of the tables that the program goes by: belfry(1) of the commands, belfry.toml(5) of the options.
#pragma once

#include <string>

#include "tools/command_model.hpp"

namespace belfry::tools {

std::string program_page(const CommandModel& program);
std::string configuration_page();

}  // namespace belfry::tools
