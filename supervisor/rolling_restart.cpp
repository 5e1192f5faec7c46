#include "supervisor/rolling_restart.hpp"

#include <utility>

namespace belfry::supervisor {

void RollingRestart::begin(std::deque<WorkerSlot*> slots, Done done) {
  BELFRY_ASSERT(!is_under_way());
  waiting_ = std::move(slots);
  restarted_.clear();
  done_ = std::move(done);
  advance();
}

void RollingRestart::advance() {
  if (waiting_.empty()) return finish(restarted_);
  current_ = waiting_.front();
  waiting_.pop_front();
  current_->restart();
}

void RollingRestart::slot_changed(const WorkerSlot& slot) {
  if (&slot != current_) return;
  switch (slot.state()) {
    case ChildState::running: restarted_.push_back(slot.index()); return advance();
    case ChildState::backing_off:
    case ChildState::failed:
    case ChildState::stopped: return finish(Unexpected("the new worker did not become ready: " + slot.last_obituary()));
    case ChildState::starting:
    case ChildState::stopping:
    case ChildState::aborting:
    case ChildState::killing: return;
  }
}

void RollingRestart::abort(std::string why) {
  if (is_under_way()) finish(Unexpected(std::move(why)));
}

void RollingRestart::finish(Result<std::vector<std::uint32_t>> result) {
  current_ = nullptr;
  waiting_.clear();
  const Done done = std::exchange(done_, nullptr);
  done(std::move(result));
}

}  // namespace belfry::supervisor
