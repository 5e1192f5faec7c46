#include "supervisor/cpu_plan.hpp"

#include <sched.h>

#include <cstddef>

namespace belfry::supervisor {

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return {};  // more CPUs than a cpu_set_t can name
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  return cpus;
}

CpuPlan plan_cpus(const std::vector<int>& cpus, std::uint32_t slots) {
  CpuPlan plan(slots);
  if (cpus.size() > slots) {
    for (std::size_t i = 0; i < cpus.size(); ++i) plan[i * slots / cpus.size()].push_back(cpus[i]);
  } else if (!cpus.empty()) {
    for (std::size_t slot = 0; slot < slots; ++slot) plan[slot].push_back(cpus[slot * cpus.size() / slots]);
  }
  return plan;
}

}  // namespace belfry::supervisor
