// What CLI11 found wrong with a command line, as one sentence.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace belfry::tools {

std::string usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace belfry::tools
