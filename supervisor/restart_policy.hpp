// Decides when a child that ended starts again. Pure: time and jitter come in as arguments, nothing is started here.
//
// A child that was ready had the right to run: it is back at once, though at most once a second, for ever. One that
// never was ready backs off, doubling, and is given up in the end: a limit for working children would let a remote
// crash stop us.
#pragma once

#include "common/clock.hpp"

namespace belfry::supervisor {

inline constexpr Milliseconds kMinStartInterval = Seconds(1);
inline constexpr Milliseconds kFirstBackOff = Milliseconds(100);
inline constexpr Milliseconds kLongestBackOff = Seconds(10);
inline constexpr unsigned kMaxFailures = 10;

class RestartPolicy {
 public:
  enum class End { crash, configuration_error };

  struct Verdict {
    bool restart = false;     // false: given up
    Milliseconds delay = {};  // zero: at once
  };

  // `max_failures` children in a row that were never ready, and no other is tried; 0: never given up.
  explicit RestartPolicy(unsigned max_failures = kMaxFailures) : max_failures_(max_failures) {}

  void started(TimePoint now);
  void ready();
  // `jitter` in [0, 1] spreads a back-off over its upper half.
  Verdict ended(TimePoint now, End how, double jitter);
  void forgive() { failures_ = 0; }
  unsigned failures() const { return failures_; }

 private:
  unsigned max_failures_;
  unsigned failures_ = 0;  // children in a row that ended before they were ready
  bool ready_ = false;     // the child started last was ready
  TimePoint started_at_;
};

}  // namespace belfry::supervisor
