// What the kernel allows this process and this machine: a snapshot of /proc and /sys, judged by
// connection_obstacles.hpp. Whatever cannot be read, or is not there, is nullopt.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>

namespace belfry::tools {

struct SystemLimits {
  using Number = std::optional<std::uint64_t>;

  Number descriptors;  // RLIMIT_NOFILE, the hard one: the supervisor raises the other to it
  Number processes;    // RLIMIT_NPROC, of the user
  Number nr_open;
  Number file_max;
  Number open_files;  // of the whole machine, now
  Number somaxconn;
  Number max_syn_backlog;
  Number syncookies;                                        // 0: off
  std::optional<std::array<std::uint64_t, 3>> tcp_mem;      // pages: low, pressure, high
  Number memory_available;                                  // bytes
  Number group_memory;                                      // bytes that the control group allows; nullopt: no limit
  Number group_tasks;                                       // processes and threads that it allows; nullopt: no limit
  Number conntrack_max;                                     // nullopt: connection tracking is not loaded
  Number tracked;                                           // connections tracked now
  std::optional<std::array<std::uint64_t, 2>> local_ports;  // the first and the last
};

inline constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

// `root` stands for "/", so that tests can have a /proc and a /sys of their own.
SystemLimits read_system_limits(const std::filesystem::path& root = "/");

}  // namespace belfry::tools
