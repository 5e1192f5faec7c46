// How many clients a worker has at this moment, made of heartbeats that are up to a second old: what came between the
// last two of them goes on coming. Without that, workers whose heartbeats are older would look emptier. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "common/clock.hpp"
#include "common/counters.hpp"
#include "supervisor/client_weights.hpp"

namespace belfry::supervisor {

class ClientLoad {
 public:
  // `at`: when the counters were read. Heartbeats may follow each other closely.
  void heard(TimePoint at, const Counters& counters) {
    heard_at_ = at;
    clients_ = static_cast<double>(counters.clients);
    if (rated_at_ && at - *rated_at_ < kShortestSpan) return;
    if (rated_at_) {
      arrivals_per_s_ = static_cast<double>(counters.connections - connections_) / seconds(at - *rated_at_);
      burst_per_s_ = std::max(arrivals_per_s_, kRemembered * burst_per_s_);
    }
    rated_at_ = at;
    connections_ = counters.connections;
  }
  // The worker is gone.
  void forget() { *this = {}; }

  SlotLoad at(TimePoint now, bool takes) const {
    const double age_s = heard_at_ ? std::clamp(seconds(now - *heard_at_), 0.0, kTrusted.count()) : 0;
    return {.takes = takes,
            .counted = clients_,
            .clients = clients_ + arrivals_per_s_ * age_s,
            .arrivals_per_s = arrivals_per_s_,
            .burst_per_s = burst_per_s_};
  }

 private:
  using Span = std::chrono::duration<double>;
  static constexpr Span kShortestSpan{0.5};  // over which a rate says something
  static constexpr Span kTrusted{1};         // the rate is an observation of the last second, not a promise

  static constexpr double kRemembered = 0.99;  // of a burst, a second later

  static double seconds(Clock::duration span) { return std::chrono::duration_cast<Span>(span).count(); }

  std::optional<TimePoint> heard_at_;
  std::optional<TimePoint> rated_at_;
  double clients_ = 0;
  std::uint64_t connections_ = 0;  // at rated_at_
  double arrivals_per_s_ = 0;
  double burst_per_s_ = 0;
};

}  // namespace belfry::supervisor
