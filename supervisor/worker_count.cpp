#include "supervisor/worker_count.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <thread>

#include "supervisor/control_groups.hpp"
#include "supervisor/cpu_plan.hpp"

namespace belfry::supervisor {
namespace {

namespace fs = std::filesystem;

std::uint32_t affine_cpus() {
  const auto named = static_cast<std::uint32_t>(allowed_cpus().size());
  return named > 0 ? named : std::thread::hardware_concurrency();
}

std::optional<double> quota() {
  const ControlGroupLimits limits("/");
  const auto unified = limits.unified([](const fs::path& group) { return parse_cpu_max(text_of(group / "cpu.max")); });
  const auto legacy = limits.legacy("cpu", [](const fs::path& group) {
    return parse_cfs_quota(text_of(group / "cpu.cfs_quota_us"), text_of(group / "cpu.cfs_period_us"));
  });
  return smaller(unified, legacy);
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

WorkerCount automatic_workers() {
  WorkerCount count = {.workers = 0, .cpus = affine_cpus(), .quota = quota()};
  count.workers = workers_for(count.cpus, count.quota);
  return count;
}

std::uint32_t workers_for(std::uint32_t cpus, std::optional<double> quota) {
  const double allowed = quota ? std::min<double>(cpus, std::ceil(*quota)) : cpus;
  return std::max(static_cast<std::uint32_t>(allowed), std::uint32_t{1});
}

std::string origin_of(const std::optional<WorkerCount>& counted) {
  if (!counted) return "configured";
  const std::string cgroup =
      counted->quota ? fmt::format("{:.4g} by cgroup quota", *counted->quota) : "no cgroup quota";
  return fmt::format("auto: {} CPUs by affinity, {}", counted->cpus, cgroup);
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
