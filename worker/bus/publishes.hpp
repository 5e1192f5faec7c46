// Publishes under way: each ends with exactly one outcome, after 2 s with "unknown" where Redis has not answered. Pure;
// time comes in.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>

#include "common/clock.hpp"
#include "worker/bus/bus.hpp"

namespace belfry::bus {

class Publishes {
 public:
  static constexpr Milliseconds kTimeout{2000};

  // Returns the number by which the answer refers to it. Times are those of one monotonic clock, in nanoseconds.
  std::uint64_t begin(Bus::OnPublished on_published, std::uint64_t now_ns);
  void answer(std::uint64_t number, PublishOutcome outcome);
  // `timed_out` hears of each one how long it has waited.
  void expire(std::uint64_t now_ns, const std::function<void(std::uint64_t waited_ns)>& timed_out);
  // nullopt: it has its outcome.
  std::optional<std::uint64_t> began_ns(std::uint64_t number) const;

 private:
  struct UnderWay {
    Bus::OnPublished on_published;  // empty: it has its outcome
    std::uint64_t began_ns;
  };

  void settle(UnderWay& one, PublishOutcome outcome);

  std::uint64_t first_ = 0;  // number of the front
  std::deque<UnderWay> under_way_;
};

}  // namespace belfry::bus
