// `belfry status --memory`: the answers of all workers as a table of kinds, and how much of what is resident they
// explain.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace belfry::tools {

// `workers`: a packet of each (worker/memory_report.hpp). `clients`: open at that time.
std::string memory_table(const std::vector<nlohmann::ordered_json>& workers, std::size_t clients);

}  // namespace belfry::tools
