// How many workers `workers = "auto"` comes to: what the CPU affinity and the quota of the control group allow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::supervisor {

struct WorkerCount {
  std::uint32_t workers;
  std::uint32_t cpus;           // of the affinity
  std::optional<double> quota;  // CPUs that the control group allows; nullopt: as many as there are
};
WorkerCount automatic_workers();

// ---- its pure parts

// At least 1. A part of a CPU is worth a worker.
std::uint32_t workers_for(std::uint32_t cpus, std::optional<double> quota);

// "auto: 4 CPUs by affinity, 1.5 by cgroup quota"; "configured" for nullopt.
std::string origin_of(const std::optional<WorkerCount>& counted);

// CPUs allowed by a cpu.max (v2: "150000 100000" or "max 100000"); nullopt: no limit, or no such text.
std::optional<double> parse_cpu_max(std::string_view text);
// The same from cpu.cfs_quota_us (-1: no limit) and cpu.cfs_period_us.
std::optional<double> parse_cfs_quota(std::string_view quota, std::string_view period);

}  // namespace belfry::supervisor
