#include "supervisor/steering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>

#include "common/log.hpp"

namespace belfry::supervisor {

Steering::Steering(uv_loop_t* loop, BalancePolicy policy, ReuseportGroups groups, CpuPlan cpus, WorkerSlots& workers)
    : policy_(policy),
      groups_(std::move(groups)),
      cpus_(std::move(cpus)),
      workers_(workers),
      timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {
  uv_timer_start(
      timer_.get(),
      [](uv_timer_t* timer) noexcept {
        if (timer->data != nullptr) static_cast<Steering*>(timer->data)->look();
      },
      kInterval.count(), kInterval.count());
  look();
}

void Steering::look() {
  const TimePoint now = Clock::now();
  loads_ = workers_.loads(now);
  weights_ = weights(now);
  follow(program(weights_));
}

Weights Steering::weights(TimePoint now) const {
  if (rebalance_.is_under_way(now)) return room_weights(loads_);
  return policy_ == BalancePolicy::least ? least_weights(loads_) : even_weights(loads_);
}

ReuseportProgram Steering::program(const Weights& weights) const {
  switch (policy_) {
    case BalancePolicy::source: return program_by_source(weights);
    case BalancePolicy::cpu: return program_by_cpu(weights, cpus_);
    case BalancePolicy::random:
    case BalancePolicy::least: return program_by_chance(weights);
    case BalancePolicy::hash: break;
  }
  // The kernel's hash is out of a program's reach, but who cannot foresee it cannot tell it from chance.
  const bool all_alike = std::adjacent_find(weights.begin(), weights.end(), std::not_equal_to<>()) == weights.end();
  return all_alike ? ReuseportProgram() : program_by_chance(weights);
}

// A refused program is not tried again until it is another one.
void Steering::follow(ReuseportProgram program) {
  const auto same = [](const sock_filter& a, const sock_filter& b) {
    return a.code == b.code && a.jt == b.jt && a.jf == b.jf && a.k == b.k;
  };
  if (std::equal(program.begin(), program.end(), wanted_.begin(), wanted_.end(), same)) return;
  wanted_ = std::move(program);
  const auto followed = groups_.follow(wanted_);
  const std::string refusal = followed ? "" : followed.error().message;
  if (std::exchange(refusal_, refusal) == refusal) return;
  if (!followed)
    log::warning("the kernel refuses to spread connections; its own hash does, over workers that are down too",
                 {{"balance.workers", name_of(policy_)}, {"reason", refusal_}});
  else if (!wanted_.empty())
    log::info("the kernel spreads connections as configured again", {{"balance.workers", name_of(policy_)}});
}

// ---- rebalance

Result<Rebalance> Steering::rebalance(Milliseconds over) {
  const TimePoint now = Clock::now();
  const std::vector<SlotLoad> loads = workers_.loads(now);
  if (auto allowed = may_rebalance(now, loads); !allowed) return Unexpected(allowed.error());
  rebalance_.begin(now, over, loads);
  if (rebalance_.clients() == 0) return std::exchange(rebalance_, {});
  log::info("rebalancing", {{"clients", rebalance_.clients()}, {"over_ms", over.count()}});
  look();  // before the first client is closed
  for (std::uint32_t slot = 0; slot < loads.size(); ++slot)
    if (const std::uint64_t clients = rebalance_.surplus()[slot]; clients > 0)
      workers_.shed(slot, {.clients = clients, .over_ms = static_cast<std::uint64_t>(over.count())});
  return rebalance_;
}

Result<void> Steering::may_rebalance(TimePoint now, const std::vector<SlotLoad>& loads) const {
  if (!leaves_room(policy_))
    return Unexpected(fmt::format(
        "balance.workers = \"{}\" decides which worker a client belongs to: who is closed comes back to the same one",
        name_of(policy_)));
  if (!refusal_.empty()) return Unexpected("the kernel refuses to steer connections: " + refusal_);
  if (rebalance_.is_under_way(now)) return Unexpected("another rebalance is under way");
  if (workers_.is_restarting()) return Unexpected("a restart is under way");
  if (std::count_if(loads.begin(), loads.end(), [](const SlotLoad& load) { return load.takes; }) < 2)
    return Unexpected("there are no two workers that take connections");
  return {};
}

// ---- what it is like

BalanceStatus Steering::status(TimePoint now) const {
  const Weights present = refusal_.empty() ? weights_ : Weights(loads_.size(), 1);
  const double sum = std::accumulate(present.begin(), present.end(), 0.0);
  BalanceStatus status = {.policy = name_of(policy_),
                          .in_effect = name_of(refusal_.empty() ? policy_ : BalancePolicy::hash),
                          .refusal = refusal_};
  for (const SlotLoad& load : loads_) status.takes.push_back(load.takes);
  for (const std::uint32_t weight : present) status.shares.push_back(weight / sum);
  if (rebalance_.is_under_way(now))
    status.rebalance = RebalanceStatus{.clients = rebalance_.clients(), .left = rebalance_.left(now)};
  return status;
}

}  // namespace belfry::supervisor
