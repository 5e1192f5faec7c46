#include "supervisor/worker_count.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace belfry::supervisor {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

std::uint32_t affine_cpus() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<std::uint32_t>(CPU_COUNT(&set));
  return std::thread::hardware_concurrency();  // more CPUs than a cpu_set_t can name
}

std::optional<double> smaller(std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

// A quota holds for the group and everything below it: the smallest on the way up counts.
template <typename QuotaOf>
std::optional<double> smallest_quota(const fs::path& root, const std::string& group, QuotaOf quota_of) {
  std::optional<double> smallest;
  if (group.empty()) return smallest;
  for (fs::path relative = fs::path(group).relative_path();; relative = relative.parent_path()) {
    smallest = smaller(smallest, quota_of(root / relative));
    if (relative.empty()) return smallest;
  }
}

std::optional<double> quota() {
  const ControlGroups groups = parse_control_groups(text_of("/proc/self/cgroup"));
  const auto unified = smallest_quota("/sys/fs/cgroup", groups.unified,
                                      [](const fs::path& group) { return parse_cpu_max(text_of(group / "cpu.max")); });
  const auto cpu = smallest_quota("/sys/fs/cgroup/cpu", groups.cpu, [](const fs::path& group) {
    return parse_cfs_quota(text_of(group / "cpu.cfs_quota_us"), text_of(group / "cpu.cfs_period_us"));
  });
  return smaller(unified, cpu);
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

bool names(std::string_view controllers, std::string_view wanted) {
  for (std::size_t begin = 0; begin <= controllers.size();) {
    const std::size_t end = std::min(controllers.find(',', begin), controllers.size());
    if (controllers.substr(begin, end - begin) == wanted) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace

std::uint32_t automatic_workers() { return workers_for(affine_cpus(), quota()); }

std::uint32_t workers_for(std::uint32_t cpus, std::optional<double> quota) {
  const double allowed = quota ? std::min<double>(cpus, std::ceil(*quota)) : cpus;
  return std::max(static_cast<std::uint32_t>(allowed), std::uint32_t{1});
}

ControlGroups parse_control_groups(std::string_view text) {
  ControlGroups groups;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {  // HIERARCHY:CONTROLLERS:PATH
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string_view controllers = std::string_view(line).substr(first + 1, second - first - 1);
    if (line.starts_with("0:") && controllers.empty()) groups.unified = line.substr(second + 1);
    if (names(controllers, "cpu")) groups.cpu = line.substr(second + 1);
  }
  return groups;
}

std::optional<double> parse_cpu_max(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  return parse_cfs_quota(text.substr(0, space), text.substr(space + 1));
}

std::optional<double> parse_cfs_quota(std::string_view quota, std::string_view period) {
  const auto allowed_us = number(quota), period_us = number(period);
  if (!allowed_us || !period_us || *allowed_us <= 0 || *period_us <= 0) return std::nullopt;
  return *allowed_us / *period_us;
}

}  // namespace belfry::supervisor
