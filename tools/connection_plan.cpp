#include "tools/connection_plan.hpp"

#include <algorithm>
#include <cmath>

#include "common/connection_capacity.hpp"

namespace belfry::tools {
namespace {

constexpr double kDeviations = 4;  // above the mean, of a binomial distribution

constexpr std::uint64_t kKernelBytes = 4'036;  // of an established, idle, polled TCP socket
constexpr std::uint64_t kWorkerBytes = 512;  // about 150 raw, 330 with a Pusher subscription; more in presence channels
constexpr std::uint64_t kWorkerBase = 8 << 20;
constexpr std::uint64_t kRedisBase = 16 << 20;

constexpr std::uint64_t kTasksBesideWorkers = 7;  // the supervisor; Redis and its threads
constexpr std::uint32_t kMostWorkers = 1'024;     // as the option allows

}  // namespace

std::uint64_t largest_share(const ConnectionPlan& plan) {
  const double mean = static_cast<double>(plan.connections) / plan.workers;
  const double deviation = std::sqrt(mean * (1 - 1.0 / plan.workers));
  return std::min(plan.connections, static_cast<std::uint64_t>(std::ceil(mean + kDeviations * deviation)));
}

std::uint64_t memory_of(const ConnectionPlan& plan) {
  return plan.connections * (kKernelBytes + kWorkerBytes) + plan.workers * kWorkerBase + kRedisBase;
}

std::uint64_t tasks_of(const ConnectionPlan& plan) { return plan.workers + kTasksBesideWorkers; }

std::optional<std::uint32_t> fewest_workers(std::uint64_t connections, std::uint64_t descriptors) {
  const std::uint64_t capacity = connections_within(descriptors);
  for (std::uint32_t workers = 1; workers <= kMostWorkers; ++workers)
    if (largest_share({.connections = connections, .workers = workers}) <= capacity) return workers;
  return std::nullopt;
}

}  // namespace belfry::tools
