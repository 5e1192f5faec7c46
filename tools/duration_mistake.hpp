// The check of a flag that takes a duration: empty, or what is wrong with the text.
#pragma once

#include <fmt/format.h>

#include <string>

#include "common/duration.hpp"

namespace belfry::tools {

inline std::string duration_mistake(const std::string& text) {
  return parse_duration(text) ? "" : fmt::format("\"{}\" is no duration, expected one such as 60s or 5m", text);
}

}  // namespace belfry::tools
