// Which CPUs each slot's worker may run on under balance.workers = "cpu": those that affinity and cpuset leave to the
// supervisor, in as many parts as there are workers. With more workers than CPUs, several share one.
#pragma once

#include <cstdint>
#include <vector>

namespace belfry::supervisor {

// The CPUs of each slot.
using CpuPlan = std::vector<std::vector<int>>;

// Those on which this process may run; none where the kernel does not say.
std::vector<int> allowed_cpus();

// Neighbours stay together: they share caches and memory. Each CPU is somebody's, and each slot has one, unless there
// is no CPU at all. Pure.
CpuPlan plan_cpus(const std::vector<int>& cpus, std::uint32_t slots);

}  // namespace belfry::supervisor
