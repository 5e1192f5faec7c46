// Steers new connections to the workers of the node by balance.workers: looks at the slots each second and whenever one
// changes, and has the kernel follow. A slot whose worker is not there, or silent, gets none. Also runs a rebalance.
// Lives as long as the supervisor.
#pragma once

#include <uv.h>

#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/balance_policy.hpp"
#include "supervisor/client_weights.hpp"
#include "supervisor/cluster_status.hpp"
#include "supervisor/cpu_plan.hpp"
#include "supervisor/rebalance.hpp"
#include "supervisor/reuseport_groups.hpp"
#include "supervisor/worker_slots.hpp"

namespace belfry::supervisor {

class Steering {
 public:
  Steering(uv_loop_t* loop, BalancePolicy policy, ReuseportGroups groups, CpuPlan cpus, WorkerSlots& workers);

  void look();
  // Has the workers close what they have above the mean, evenly over the time. An Error says why that makes no sense.
  Result<Rebalance> rebalance(Milliseconds over);
  // As the kernel was told at the last look.
  BalanceStatus status(TimePoint now) const;

 private:
  static constexpr Milliseconds kInterval{1000};

  Weights weights(TimePoint now) const;
  ReuseportProgram program(const Weights& weights) const;
  void follow(ReuseportProgram program);
  Result<void> may_rebalance(TimePoint now, const std::vector<SlotLoad>& loads) const;

  BalancePolicy policy_;
  ReuseportGroups groups_;
  CpuPlan cpus_;
  WorkerSlots& workers_;
  Rebalance rebalance_;
  std::vector<SlotLoad> loads_;  // at the last look
  Weights weights_;              // made of them
  ReuseportProgram wanted_;      // empty: none, the kernel's own hash
  std::string refusal_;          // of the kernel, about the wanted program; empty: it took it
  UvTimer timer_;
};

}  // namespace belfry::supervisor
