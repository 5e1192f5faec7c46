// Quantities for people: short enough for the columns of a table. Negative ones do not occur.
#pragma once

#include <cstdint>
#include <string>

namespace belfry::tools {

std::string human_bytes(std::uint64_t bytes);         // 512, 1.5K, 20M; K is 1,024
std::string human_count(std::uint64_t count);         // 999, 1.2k, 35M
std::string human_seconds(double seconds);            // 59s, 3m, 2h5m, 12d3h
std::string human_microseconds(std::uint64_t count);  // 250us, 1.5ms, 2.0s

}  // namespace belfry::tools
