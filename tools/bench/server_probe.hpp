// What /proc and the CPU clocks say of processes and of the kernel's memory. Whatever cannot be read is absent.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace belfry::bench {

struct ServerProcesses {
  std::vector<pid_t> server;
  std::vector<pid_t> redis;  // the server's own, where it has one
};

// User and system time since they began, of all their threads; nullopt: one is not there, or there are none.
std::optional<std::uint64_t> cpu_ns(std::span<const pid_t> pids);

// Their share of the memory that they have in RAM: Pss of smaps_rollup.
std::optional<std::uint64_t> pss_bytes(std::span<const pid_t> pids);
// The part of it that is no file. What a server needs for connections is here; its share of the program's own pages
// changes with whoever else runs the same program, which the generator of belfry's load does.
std::optional<std::uint64_t> anonymous_pss_bytes(std::span<const pid_t> pids);

// Slab and page tables of the whole machine, out of /proc/meminfo: sockets and what belongs to them, of both ends.
std::optional<std::uint64_t> kernel_bytes();

}  // namespace belfry::bench
