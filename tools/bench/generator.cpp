#include "tools/bench/generator.hpp"

#include <algorithm>

#include "tools/bench/churn_task.hpp"
#include "tools/bench/monotonic.hpp"

namespace belfry::bench {
namespace {

constexpr std::uint64_t kWakeTag = kTaskTag + 1;

}  // namespace

Generator::Generator(const Plan& plan, std::uint32_t process, Board& board, const Wakes& wakes)
    : plan_(plan),
      process_(process),
      board_(board),
      own_(board.processes[process]),
      wakes_(wakes),
      swarm_(poller_, plan, process, plan.share_of(process, plan.connections + spare_connections(plan)), *this),
      task_(make_task({plan, process, board, wakes, poller_, swarm_})),
      share_(plan.share_of(process, plan.connections)),
      next_sweep_ns_(now_ns() + kSecond) {
  poller_.add(wakes_.fd(process), EPOLLIN, kWakeTag);
}

void Generator::run() {
  while (phase_ != Phase::finish) {
    follow_phase();
    open_more();
    turn();
  }
  task_->finish();
  own_.is_finished.store(true, std::memory_order_release);
}

// Each step of a phase that was passed over is made, too.
void Generator::follow_phase() {
  const Phase wanted = board_.the_run().phase.load(std::memory_order_acquire);
  while (phase_ < wanted) {
    phase_ = static_cast<Phase>(static_cast<std::uint32_t>(phase_) + 1);
    if (phase_ == Phase::open) task_->prepare();
    if (phase_ == Phase::measure) task_->begin();
    if (phase_ == Phase::drain) task_->drain();
    own_.phase.store(phase_, std::memory_order_release);
  }
}

void Generator::open_more() {
  if (phase_ != Phase::open) return;
  while (begun_ < share_ && swarm_.handshakes() < plan_.handshakes) swarm_.open(begun_++);
}

void Generator::turn() {
  const std::uint64_t now = now_ns();
  const std::uint64_t due = std::min(next_sweep_ns_, task_->next_due_ns());
  // Where all that could be opened has failed at once, there is more to open.
  const bool has_more = phase_ == Phase::open && begun_ < share_ && swarm_.handshakes() < plan_.handshakes;
  for (const epoll_event& event : poller_.wait(due > now && !has_more ? due - now : 0)) dispatch(event);
  const std::uint64_t after = now_ns();
  if (after >= next_sweep_ns_) {
    swarm_.sweep();
    next_sweep_ns_ = after + kSecond;
  }
  task_->turn(after);
  own_.is_ready.store(task_->is_ready(), std::memory_order_release);
}

void Generator::dispatch(const epoll_event& event) {
  if (event.data.u64 == kWakeTag) wakes_.take(process_);
  else if (event.data.u64 == kTaskTag) task_->handle(event.events);
  else swarm_.handle(static_cast<std::uint32_t>(event.data.u64), event.events);
}

void Generator::settle_one() {
  if (own_.settled.get() < share_) own_.settled.add(1);
}

void Generator::on_established(std::uint32_t, std::uint64_t elapsed_ns) { own_.established.record(elapsed_ns); }

void Generator::on_open(std::uint32_t i, std::uint64_t elapsed_ns) {
  if (plan_.speaks_pusher() && !plan_.channels.empty()) own_.subscribed.record(elapsed_ns);
  own_.opened.add(1);
  if (own_.settled.get() < share_) own_.last_opened_ns.store(now_ns(), std::memory_order_relaxed);
  task_->on_open(i);
  settle_one();
}

void Generator::on_failed(std::uint32_t i, Failure failure, std::string_view sentence) {
  own_.first_failure.set(sentence);
  own_.failures[static_cast<std::size_t>(failure)].add(1);
  task_->on_gone(i);
  settle_one();
}

void Generator::on_lost(std::uint32_t i, std::string_view sentence) {
  own_.first_loss.set(sentence);
  own_.lost.add(1);
  task_->on_lost(i);
  task_->on_gone(i);
}

void Generator::on_closed(std::uint32_t i) {
  own_.closed.add(1);
  task_->on_gone(i);
}

}  // namespace belfry::bench
