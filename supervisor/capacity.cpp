#include "supervisor/capacity.hpp"

#include "common/connection_capacity.hpp"
#include "common/log.hpp"

namespace belfry::supervisor {

std::uint64_t capacity_of(std::uint32_t workers) { return workers * connections_within(descriptor_limit()); }

void announce_capacity(std::uint32_t workers, const std::optional<WorkerCount>& counted) {
  log::info("the descriptor limit allows", {{"connections", capacity_of(workers)},
                                            {"workers", workers},
                                            {"descriptors_of_a_worker", descriptor_limit()},
                                            {"workers_by", origin_of(counted)}});
}

}  // namespace belfry::supervisor
