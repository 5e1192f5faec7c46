// Monotonic time. Policy code takes a TimePoint as an argument; only the main loops read the clock.
#pragma once

#include <chrono>

namespace belfry {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

}  // namespace belfry
