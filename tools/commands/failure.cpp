#include "tools/commands/failure.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace belfry::tools {

ExitCode fail(ExitCode code, std::string_view sentence) {
  fmt::print(stderr, "belfry: {}\n", sentence);
  return code;
}

}  // namespace belfry::tools
