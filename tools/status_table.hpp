// The supervisor's answer to `status`, laid out for a terminal of 100 columns. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace belfry::tools {

// Throws nlohmann::json::exception for an answer that is not one to `status`.
std::string status_table(const nlohmann::ordered_json& status, bool colours);

}  // namespace belfry::tools
