// How many connections the node can hold by the descriptors of its workers, who have the limits of the supervisor.
#pragma once

#include <cstdint>
#include <optional>

#include "supervisor/worker_count.hpp"

namespace belfry::supervisor {

std::uint64_t capacity_of(std::uint32_t workers);

// One line of the log. `counted`: how "auto" came to this number of workers.
void announce_capacity(std::uint32_t workers, const std::optional<WorkerCount>& counted);

}  // namespace belfry::supervisor
