#include "tools/bench/server_probe.hpp"

#include <charconv>
#include <ctime>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tools/bench/monotonic.hpp"

namespace belfry::bench {
namespace {

// Lines of the form "Name:   123 kB"; the sum of those that are named, if there is one.
std::optional<std::uint64_t> sum_of_lines(const std::string& path, std::initializer_list<std::string_view> names) {
  std::ifstream file(path);
  std::optional<std::uint64_t> total;
  for (std::string line; std::getline(file, line);)
    for (const std::string_view name : names) {
      if (!line.starts_with(name)) continue;
      const auto digit = line.find_first_of("0123456789", name.size());
      std::uint64_t kilobytes = 0;
      if (digit == std::string::npos) continue;
      std::from_chars(line.data() + digit, line.data() + line.size(), kilobytes);
      total = total.value_or(0) + kilobytes * 1024;
    }
  return total;
}

std::string smaps_of(pid_t pid) { return "/proc/" + std::to_string(pid) + "/smaps_rollup"; }

std::optional<std::uint64_t> cpu_ns_of(pid_t pid) {
  clockid_t clock = 0;
  timespec time = {};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(time.tv_sec) * kSecond + static_cast<std::uint64_t>(time.tv_nsec);
}

template <typename Measure>
std::optional<std::uint64_t> sum_over(std::span<const pid_t> pids, Measure measure) {
  std::uint64_t total = 0;
  for (const pid_t pid : pids) {
    const std::optional<std::uint64_t> one = measure(pid);
    if (!one) return std::nullopt;
    total += *one;
  }
  return pids.empty() ? std::nullopt : std::optional(total);
}

}  // namespace

std::optional<std::uint64_t> cpu_ns(std::span<const pid_t> pids) { return sum_over(pids, cpu_ns_of); }

std::optional<std::uint64_t> pss_bytes(std::span<const pid_t> pids) {
  return sum_over(pids, [](pid_t pid) { return sum_of_lines(smaps_of(pid), {"Pss:"}); });
}

std::optional<std::uint64_t> anonymous_pss_bytes(std::span<const pid_t> pids) {
  return sum_over(pids, [](pid_t pid) { return sum_of_lines(smaps_of(pid), {"Pss_Anon:", "Pss_Shmem:"}); });
}

std::optional<std::uint64_t> kernel_bytes() { return sum_of_lines("/proc/meminfo", {"Slab:", "PageTables:"}); }

}  // namespace belfry::bench
