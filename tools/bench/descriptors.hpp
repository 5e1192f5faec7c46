// How many processes it takes to hold so many connections.
#pragma once

#include <cstdint>

#include "common/result.hpp"

namespace belfry::bench {

// Raises this process's soft limit to the hard one, and returns how many connections a generator process can have.
std::uint32_t connections_per_process();

// `wanted` processes, or as many as it takes where that is 0. The Error says what to do.
Result<std::uint32_t> processes_for(std::uint32_t connections, std::uint32_t wanted, std::uint32_t per_process);

}  // namespace belfry::bench
