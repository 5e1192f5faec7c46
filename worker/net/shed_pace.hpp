// When clients that are to be closed over a time are closed: one after the other, evenly, each gap stretched or shrunk
// at random, so that several workers or nodes do not keep step. pusher-js comes back at once and has no jitter of its
// own: what leaves here in a second arrives elsewhere in the same second. Pure: time and chance are arguments.
#pragma once

#include <algorithm>
#include <cstdint>

namespace belfry::net {

class ShedPace {
 public:
  ShedPace() = default;
  ShedPace(std::uint64_t clients, double over_ms, double chance) : left_(clients), over_ms_(over_ms) { draw(chance); }

  bool is_over() const { return left_ == 0; }

  // Whether one more client is due, `elapsed_ms` after the beginning. `chance` is in [0, 1).
  bool take(double elapsed_ms, double chance) {
    if (left_ == 0 || elapsed_ms < next_ms_) return false;
    --left_;
    if (left_ > 0) draw(chance);
    return true;
  }

 private:
  void draw(double chance) {
    if (left_ == 0) return;
    const double gap = (over_ms_ - next_ms_) / static_cast<double>(left_);
    next_ms_ = std::min(next_ms_ + gap * (0.5 + chance), over_ms_);
  }

  std::uint64_t left_ = 0;
  double over_ms_ = 0;
  double next_ms_ = 0;  // when the next one is due
};

}  // namespace belfry::net
