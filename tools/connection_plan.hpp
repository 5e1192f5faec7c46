// What a node has to hold: so many connections over so many workers, and what each worker and the machine need for
// them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace belfry::tools {

struct ConnectionPlan {
  std::uint64_t connections = 0;
  std::uint32_t workers = 1;
  std::size_t addresses = 1;  // that the node listens on
};

// The kernel deals connections out by a hash: the worker with the most has more than its mean share.
std::uint64_t largest_share(const ConnectionPlan& plan);

// Bytes, of idle connections: the kernel's, the workers' and Redis's.
std::uint64_t memory_of(const ConnectionPlan& plan);

// Processes and, in the managed Redis, threads.
std::uint64_t tasks_of(const ConnectionPlan& plan);

// The fewest workers that hold so many connections with so many descriptors each; nullopt: more than a node may have.
std::optional<std::uint32_t> fewest_workers(std::uint64_t connections, std::uint64_t descriptors);

}  // namespace belfry::tools
