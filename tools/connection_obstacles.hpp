// Judges whether a machine with these limits can hold a number of connections: what stands in the way, what would only
// make it slower, and the line that mends each. Pure: the facts come from system_limits.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/connection_plan.hpp"
#include "tools/system_limits.hpp"

namespace belfry::tools {

enum class Verdict {
  obstacle,   // the connections cannot be held
  advice,     // they can, but not well, or not behind every proxy or firewall
  not_known,  // the limit cannot be read
  fine,
};

struct Finding {
  Verdict verdict = Verdict::fine;
  std::string_view subject = {};          // the limit's own name: "fs.nr_open"
  std::string_view unit = {};             // "bytes", "pages", or "" for a plain number
  std::optional<std::uint64_t> now = {};  // nullopt: not known
  std::uint64_t required = 0;
  std::string why = {};
  std::vector<std::string> remedies = {};  // lines to run or to write, one of which is enough
};

std::vector<Finding> judge(const ConnectionPlan& plan, const SystemLimits& limits);

}  // namespace belfry::tools
