// How many workers `workers = "auto"` comes to: what the CPU affinity and the quota of the control group allow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::supervisor {

std::uint32_t automatic_workers();

// ---- its pure parts

// At least 1. A part of a CPU is worth a worker.
std::uint32_t workers_for(std::uint32_t cpus, std::optional<double> quota);

// Where this process is, from the text of /proc/self/cgroup; "" where the hierarchy is absent.
struct ControlGroups {
  std::string unified;  // cgroup v2
  std::string cpu;      // the cpu controller of cgroup v1
};
ControlGroups parse_control_groups(std::string_view proc_self_cgroup);

// CPUs allowed by a cpu.max (v2: "150000 100000" or "max 100000"); nullopt: no limit, or no such text.
std::optional<double> parse_cpu_max(std::string_view text);
// The same from cpu.cfs_quota_us (-1: no limit) and cpu.cfs_period_us.
std::optional<double> parse_cfs_quota(std::string_view quota, std::string_view period);

}  // namespace belfry::supervisor
