// A rebalance that is under way: how many clients of which workers are being closed, over what time, and for how long
// newcomers are steered to those with room, so that the closed ones do not come back to where they were. Pure; Shed is
// sent by its owner.
#pragma once

#include <cstdint>
#include <vector>

#include "common/clock.hpp"
#include "supervisor/client_weights.hpp"

namespace belfry::supervisor {

class Rebalance {
 public:
  static constexpr Milliseconds kComeBack{5000};  // clients that wait before they connect again

  void begin(TimePoint now, Milliseconds over, const std::vector<SlotLoad>& loads) {
    surplus_ = surplus_of(loads);
    closed_at_ = now + over;
    ends_at_ = closed_at_ + kComeBack;
  }

  bool is_under_way(TimePoint now) const { return now < ends_at_; }
  // The clients to close, for each slot.
  const std::vector<std::uint64_t>& surplus() const { return surplus_; }
  std::uint64_t clients() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t clients : surplus_) sum += clients;
    return sum;
  }
  // Until the last is closed.
  Milliseconds left(TimePoint now) const {
    return now < closed_at_ ? std::chrono::duration_cast<Milliseconds>(closed_at_ - now) : Milliseconds(0);
  }

 private:
  std::vector<std::uint64_t> surplus_;
  TimePoint closed_at_;
  TimePoint ends_at_;
};

}  // namespace belfry::supervisor
