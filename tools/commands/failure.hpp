// How a command says that it failed: one sentence on stderr, and its exit code.
#pragma once

#include <string_view>

#include "common/exit_code.hpp"

namespace belfry::tools {

// Prints "belfry: SENTENCE"; returns `code`.
ExitCode fail(ExitCode code, std::string_view sentence);

}  // namespace belfry::tools
