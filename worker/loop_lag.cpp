#include "worker/loop_lag.hpp"

#include <algorithm>
#include <utility>

namespace belfry::worker {

LoopLag::LoopLag(uv_loop_t* loop, Histogram& all)
    : loop_(loop),
      all_(all),
      turn_began_ns_(uv_hrtime()),
      idle_ns_(uv_metrics_idle_time(loop)),
      prepare_(make_uv_handle<uv_prepare_t>(loop, this, uv_prepare_init)) {
  uv_prepare_start(prepare_.get(),
                   [](uv_prepare_t* handle) noexcept { static_cast<LoopLag*>(handle->data)->handle_turn(); });
}

std::uint64_t LoopLag::take() { return std::exchange(longest_ns_, 0) / 1000; }

void LoopLag::handle_turn() {
  const std::uint64_t now = uv_hrtime();
  const std::uint64_t idle = uv_metrics_idle_time(loop_);
  const std::uint64_t turn = now - std::exchange(turn_began_ns_, now);
  const std::uint64_t waited = idle - std::exchange(idle_ns_, idle);
  const std::uint64_t busy = turn - std::min(turn, waited);
  longest_ns_ = std::max(longest_ns_, busy);
  all_.record(busy);
}

}  // namespace belfry::worker
