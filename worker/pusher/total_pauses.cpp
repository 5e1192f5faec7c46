#include "worker/pusher/total_pauses.hpp"

#include <utility>

namespace belfry::pusher {

TotalPauses::TotalPauses(uv_loop_t* loop, OnOver on_over)
    : loop_(loop), on_over_(std::move(on_over)), timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {}

std::uint64_t TotalPauses::begin(const std::string& address) {
  pauses_.push_back({++last_, uv_now(loop_) + static_cast<std::uint64_t>(kPause.count()), address});
  if (pauses_.size() == 1) start_timer();
  return last_;
}

void TotalPauses::start_timer() {
  const std::uint64_t now = uv_now(loop_);
  const std::uint64_t until = pauses_.front().until_ms;
  uv_timer_start(
      timer_.get(), [](uv_timer_t* timer) noexcept { static_cast<TotalPauses*>(timer->data)->end_some(); },
      until > now ? until - now : 0, 0);
}

// Who tells something begins the next pause, behind the others.
void TotalPauses::end_some() {
  while (!pauses_.empty() && pauses_.front().until_ms <= uv_now(loop_)) {
    const Pause over = std::move(pauses_.front());
    pauses_.pop_front();
    on_over_(over.address, over.number);
  }
  if (!pauses_.empty()) start_timer();
}

}  // namespace belfry::pusher
