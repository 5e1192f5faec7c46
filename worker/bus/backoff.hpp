// How long to wait before the next attempt: doubles from `first` to `most`, with jitter, so that a cluster's workers do
// not come back all at once. Pure: the random number comes in.
#pragma once

#include <algorithm>

#include "common/clock.hpp"

namespace belfry::bus {

class Backoff {
 public:
  Backoff(Milliseconds first, Milliseconds most) : first_(first), most_(most), next_(first) {}

  // `random` in [0, 1]: the answer is between half and all of the current step.
  Milliseconds next(double random) {
    const Milliseconds step = next_;
    next_ = std::min(next_ * 2, most_);
    return Milliseconds(static_cast<Milliseconds::rep>(static_cast<double>(step.count()) * (0.5 + random / 2)));
  }
  void reset() { next_ = first_; }

 private:
  Milliseconds first_, most_, next_;
};

}  // namespace belfry::bus
