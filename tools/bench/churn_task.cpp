#include "tools/bench/churn_task.hpp"

#include <algorithm>

#include "tools/bench/monotonic.hpp"

namespace belfry::bench {

// What three seconds bring, for a server that is slow to open or to close.
std::uint32_t spare_connections(const Plan& plan) {
  if (plan.bench != Bench::churn) return 0;
  return std::max(plan.processes, static_cast<std::uint32_t>(plan.rate * 3) + 1);
}

ChurnTask::ChurnTask(const TaskContext& context)
    : Task(context), held_(context.plan.share_of(context.process, context.plan.connections)) {
  for (std::uint32_t i = held_; i < context.swarm.capacity(); ++i) free_.push_back(i);
}

// The handshakes of the beginning are not those that are measured.
void ChurnTask::begin() {
  ProcessBoard& board = context_.own_board();
  board.established = {};
  board.subscribed = {};
  interval_ns_ = ns_of(context_.plan.processes / context_.plan.rate);
  next_ns_ = context_.board.the_run().begin_ns.load() + interval_ns_ * context_.process / context_.plan.processes;
  is_running_ = true;
}

std::uint64_t ChurnTask::next_due_ns() const { return is_running_ && !free_.empty() ? next_ns_ : kNever; }

void ChurnTask::turn(std::uint64_t now_ns) {
  if (!is_running_) return;
  if (now_ns >= context_.board.the_run().window_end_ns.load()) return drain();
  open_due(now_ns);
  close_surplus();
}

void ChurnTask::open_due(std::uint64_t now_ns) {
  for (; next_ns_ <= now_ns && !free_.empty(); next_ns_ += interval_ns_) {
    const std::uint32_t i = free_.back();
    free_.pop_back();
    context_.swarm.open(i);
  }
}

void ChurnTask::close_surplus() {
  while (open_ > held_ && !oldest_.empty()) {
    const std::uint32_t i = oldest_.front();
    oldest_.pop_front();
    if (!context_.swarm.is_open(i)) continue;
    --open_;
    context_.swarm.close(i);
  }
}

void ChurnTask::on_open(std::uint32_t i) {
  ++open_;
  oldest_.push_back(i);
}

void ChurnTask::on_lost(std::uint32_t) { --open_; }

void ChurnTask::on_gone(std::uint32_t i) { free_.push_back(i); }

}  // namespace belfry::bench
