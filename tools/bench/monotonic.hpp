// The clock of measurements: nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share.
#pragma once

#include <chrono>
#include <cstdint>

#include "common/clock.hpp"

namespace belfry::bench {

inline constexpr std::uint64_t kSecond = 1'000'000'000;
inline constexpr std::uint64_t kMillisecond = 1'000'000;

inline std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count());
}

inline std::uint64_t ns_of(double seconds) { return static_cast<std::uint64_t>(seconds * 1e9); }
inline double seconds_of(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

}  // namespace belfry::bench
