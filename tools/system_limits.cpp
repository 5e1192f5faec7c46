#include "tools/system_limits.hpp"

#include <charconv>
#include <sstream>
#include <string>
#include <string_view>

#include "supervisor/control_groups.hpp"

namespace belfry::tools {
namespace {

namespace fs = std::filesystem;
using Number = SystemLimits::Number;
using supervisor::text_of;

constexpr std::uint64_t kNoLimitOfV1 = std::uint64_t{1} << 62;  // cgroup v1 writes a number near 2^63

Number number(std::string_view text) {
  if (text == "unlimited") return kUnlimited;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? Number(value) : std::nullopt;
}

// The first Count numbers of a file; nullopt: it has fewer.
template <std::size_t Count>
std::optional<std::array<std::uint64_t, Count>> numbers_in(const fs::path& file) {
  std::istringstream words(text_of(file));
  std::array<std::uint64_t, Count> numbers;
  for (std::uint64_t& each : numbers)
    if (!(words >> each)) return std::nullopt;
  return numbers;
}

Number number_in(const fs::path& file) {
  const auto numbers = numbers_in<1>(file);
  return numbers ? Number(numbers->front()) : std::nullopt;
}

// The words behind `name` in its line.
std::istringstream words_behind(std::string_view name, const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name)) return std::istringstream(line.substr(name.size()));
  return {};
}

struct ResourceLimit {
  Number soft, hard;
};

ResourceLimit resource_limit(std::string_view name, const std::string& proc_self_limits) {
  std::istringstream words = words_behind(name, proc_self_limits);
  std::string soft, hard;
  words >> soft >> hard;
  return {number(soft), number(hard)};
}

Number memory_available(const std::string& meminfo) {
  std::istringstream words = words_behind("MemAvailable:", meminfo);
  std::uint64_t kilobytes = 0;
  return words >> kilobytes ? Number(kilobytes * 1024) : std::nullopt;
}

supervisor::ControlGroupLimits::Read limit_in(const char* file) {
  return [file](const fs::path& group) -> std::optional<double> {
    const Number limit = number_in(group / file);
    if (!limit || *limit >= kNoLimitOfV1) return std::nullopt;
    return static_cast<double>(*limit);
  };
}

Number whole(std::optional<double> limit) { return limit ? Number(static_cast<std::uint64_t>(*limit)) : std::nullopt; }

void read_control_groups(SystemLimits& limits, const fs::path& root) {
  const supervisor::ControlGroupLimits groups(root);
  limits.group_memory = whole(supervisor::smaller(groups.unified(limit_in("memory.max")),
                                                  groups.legacy("memory", limit_in("memory.limit_in_bytes"))));
  limits.group_tasks =
      whole(supervisor::smaller(groups.unified(limit_in("pids.max")), groups.legacy("pids", limit_in("pids.max"))));
}

void read_network(SystemLimits& limits, const fs::path& net) {
  limits.somaxconn = number_in(net / "core/somaxconn");
  limits.max_syn_backlog = number_in(net / "ipv4/tcp_max_syn_backlog");
  limits.syncookies = number_in(net / "ipv4/tcp_syncookies");
  limits.tcp_mem = numbers_in<3>(net / "ipv4/tcp_mem");
  limits.conntrack_max = number_in(net / "netfilter/nf_conntrack_max");
  limits.tracked = number_in(net / "netfilter/nf_conntrack_count");
  limits.local_ports = numbers_in<2>(net / "ipv4/ip_local_port_range");
}

}  // namespace

SystemLimits read_system_limits(const fs::path& root) {
  SystemLimits limits;
  const std::string own = text_of(root / "proc/self/limits");
  limits.descriptors = resource_limit("Max open files", own).hard;
  limits.processes = resource_limit("Max processes", own).soft;
  limits.nr_open = number_in(root / "proc/sys/fs/nr_open");
  limits.file_max = number_in(root / "proc/sys/fs/file-max");
  limits.open_files = number_in(root / "proc/sys/fs/file-nr");
  limits.memory_available = memory_available(text_of(root / "proc/meminfo"));
  read_network(limits, root / "proc/sys/net");
  read_control_groups(limits, root);
  return limits;
}

}  // namespace belfry::tools
