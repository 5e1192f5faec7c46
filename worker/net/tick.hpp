// Coarse time of a worker: ticks of 100 ms since the loop began. Four bytes a deadline instead of eight; 13 years a
// worker.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/clock.hpp"

namespace belfry::net {

using Tick = std::uint32_t;

inline constexpr Milliseconds kTickLength{100};
inline constexpr Tick kNever = UINT32_MAX;

// Rounded up, so that a deadline never comes early; at least one tick.
constexpr Tick ticks(Milliseconds duration) {
  return static_cast<Tick>(std::max<std::int64_t>(1, (duration + kTickLength - Milliseconds(1)) / kTickLength));
}

}  // namespace belfry::net
