// The findings of connection_obstacles.hpp, for people and for programs. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tools/connection_obstacles.hpp"

namespace belfry::tools {

std::string report_text(const ConnectionPlan& plan, const std::vector<Finding>& findings);
nlohmann::ordered_json report_json(const ConnectionPlan& plan, const std::vector<Finding>& findings);

// "RLIMIT_NOFILE, fs.nr_open"; "" where nothing has this verdict.
std::string subjects_of(const std::vector<Finding>& findings, Verdict verdict);

}  // namespace belfry::tools
