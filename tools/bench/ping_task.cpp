#include "tools/bench/ping_task.hpp"

#include "tools/bench/monotonic.hpp"

namespace belfry::bench {

PingTask::PingTask(const TaskContext& context)
    : Task(context),
      board_(context.own_board()),
      interval_ns_(ns_of(context.plan.ping_interval_seconds)),
      awaited_(context.plan.share_of(context.process, context.plan.pingers), kIdle) {}

// Spread over one interval.
void PingTask::begin() {
  const RunBoard& run = context_.board.the_run();
  window_begin_ns_ = run.window_begin_ns.load();
  window_end_ns_ = run.window_end_ns.load();
  for (std::uint32_t i = 0; i < awaited_.size(); ++i)
    if (context_.swarm.is_open(i)) due_.emplace(run.begin_ns.load() + interval_ns_ * i / awaited_.size(), i);
}

void PingTask::turn(std::uint64_t now_ns) {
  if (now_ns >= window_end_ns_) return drain();
  while (!due_.empty() && due_.top().first <= now_ns) {
    const auto [intended_ns, i] = due_.top();
    due_.pop();
    if (!context_.swarm.is_open(i)) continue;
    awaited_[i] = intended_ns;
    context_.swarm.ping(i);
    if (intended_ns >= window_begin_ns_) board_.sent.add(1);
  }
}

void PingTask::on_pong(std::uint32_t i) {
  if (i >= awaited_.size() || awaited_[i] == kIdle) return;
  const std::uint64_t intended_ns = std::exchange(awaited_[i], kIdle);
  if (intended_ns >= window_begin_ns_) {
    board_.latency.record(context_.swarm.heard_ns() - intended_ns);
    board_.pongs.add(1);
  }
  if (intended_ns + interval_ns_ < window_end_ns_) due_.emplace(intended_ns + interval_ns_, i);
}

void PingTask::on_gone(std::uint32_t i) {
  if (i < awaited_.size()) awaited_[i] = kIdle;
}

}  // namespace belfry::bench
