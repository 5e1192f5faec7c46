// Publishes under way: each ends with exactly one outcome, after 2 s with "unknown" where Redis has not answered. Pure;
// time comes in.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>

#include "common/clock.hpp"
#include "worker/bus/bus.hpp"

namespace belfry::bus {

class Publishes {
 public:
  static constexpr Milliseconds kTimeout{2000};

  // Returns the number by which the answer refers to it.
  std::uint64_t begin(Bus::OnPublished on_published, TimePoint now);
  void answer(std::uint64_t number, PublishOutcome outcome);
  void expire(TimePoint now);

 private:
  struct UnderWay {
    Bus::OnPublished on_published;  // empty: it has its outcome
    TimePoint began;
  };

  void settle(UnderWay& one, PublishOutcome outcome);

  std::uint64_t first_ = 0;  // number of the front
  std::deque<UnderWay> under_way_;
};

}  // namespace belfry::bus
