#include "tools/bench/descriptors.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace belfry::bench {
namespace {

constexpr std::uint32_t kReserve = 64;  // what a process has open besides its connections, and some room
constexpr std::uint32_t kMostProcesses = 1024;

}  // namespace

std::uint32_t connections_per_process() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto most = std::min<rlim_t>(limit.rlim_cur, std::numeric_limits<std::int32_t>::max());
  return static_cast<std::uint32_t>(most) - std::min(kReserve, static_cast<std::uint32_t>(most) - 1);
}

Result<std::uint32_t> processes_for(std::uint32_t connections, std::uint32_t wanted, std::uint32_t per_process) {
  const std::uint32_t needed = connections / per_process + (connections % per_process > 0 ? 1 : 0);
  if (needed > kMostProcesses)
    return Unexpected(
        fmt::format("{} connections are more than {} processes of {} descriptors can hold; a higher "
                    "hard limit of open files (ulimit -Hn) allows for more",
                    connections, kMostProcesses, per_process + kReserve));
  if (wanted == 0) return std::max(needed, 1u);
  if (wanted >= needed) return wanted;
  return Unexpected(
      fmt::format("{} connections do not fit into --processes={}: a process may have {} descriptors "
                  "(ulimit -Hn); --processes={} or more hold them",
                  connections, wanted, per_process + kReserve, needed));
}

}  // namespace belfry::bench
