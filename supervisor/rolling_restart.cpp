#include "supervisor/rolling_restart.hpp"

#include <utility>

namespace belfry::supervisor {

bool have_returned(std::uint64_t before, std::uint64_t now) { return now >= before - before / 10; }

RollingRestart::RollingRestart(uv_loop_t* loop, std::function<std::uint64_t()> clients)
    : clients_(std::move(clients)), timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {}

void RollingRestart::begin(std::deque<WorkerSlot*> slots, bool have_siblings, Done done) {
  BELFRY_ASSERT(!is_under_way());
  waiting_ = std::move(slots);
  have_siblings_ = have_siblings;
  restarted_.clear();
  done_ = std::move(done);
  advance();
}

void RollingRestart::advance() {
  uv_timer_stop(timer_.get());
  if (waiting_.empty()) return finish("");
  clients_before_ = clients_();
  clearing_ = have_siblings_ && waiting_.front()->clear(kClearTime);
  if (!clearing_) return replace_next();
  start_timer(kClearTime, [](uv_timer_t* timer) noexcept {
    if (timer->data != nullptr) static_cast<RollingRestart*>(timer->data)->replace_next();
  });
}

void RollingRestart::take_next() {
  uv_timer_stop(timer_.get());
  clearing_ = false;
  current_ = waiting_.front();
  waiting_.pop_front();
}

void RollingRestart::replace_next() {
  take_next();
  current_->restart();
}

void RollingRestart::slot_changed(const WorkerSlot& slot) {
  if (clearing_ && &slot == waiting_.front() && slot.state() != ChildState::running) {  // it ended by itself
    if (slot.state() != ChildState::starting) return replace_next();
    return take_next();
  }
  if (&slot != current_) return;
  switch (slot.state()) {
    case ChildState::running: restarted_.push_back(slot.index()); return wait_for_return();
    case ChildState::backing_off:
    case ChildState::failed:
    case ChildState::stopped: return finish("the new worker did not become ready: " + slot.last_obituary());
    case ChildState::starting:
    case ChildState::stopping:
    case ChildState::aborting:
    case ChildState::killing: return;
  }
}

void RollingRestart::wait_for_return() {
  current_ = nullptr;
  if (waiting_.empty() || have_returned(clients_before_, clients_())) return advance();
  return_by_ = Clock::now() + kReturnTimeout;
  start_timer(kLook, [](uv_timer_t* timer) noexcept {
    auto* restart = static_cast<RollingRestart*>(timer->data);
    if (restart == nullptr) return;
    if (have_returned(restart->clients_before_, restart->clients_()) || Clock::now() >= restart->return_by_)
      restart->advance();
  });
}

void RollingRestart::start_timer(Milliseconds delay, uv_timer_cb callback) {
  const auto each = static_cast<std::uint64_t>(delay.count());
  uv_timer_start(timer_.get(), callback, each, each);
}

// The clients of a worker that was being cleared stay where they are.
void RollingRestart::abort(std::string why) {
  if (!is_under_way()) return;
  for (WorkerSlot* slot : waiting_) slot->stop_clearing();
  finish(std::move(why));
}

void RollingRestart::finish(std::string obstacle) {
  uv_timer_stop(timer_.get());
  clearing_ = false;
  current_ = nullptr;
  waiting_.clear();
  const Done done = std::exchange(done_, nullptr);
  done({std::move(restarted_), std::move(obstacle)});
}

}  // namespace belfry::supervisor
