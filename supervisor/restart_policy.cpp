#include "supervisor/restart_policy.hpp"

#include <algorithm>

namespace belfry::supervisor {
namespace {

Milliseconds back_off(unsigned failures, double jitter) {
  Milliseconds delay = kFirstBackOff;
  for (unsigned i = 1; i < failures && delay < kLongestBackOff; ++i) delay *= 2;
  delay = std::min(delay, kLongestBackOff);
  return delay / 2 + Milliseconds(static_cast<Milliseconds::rep>(static_cast<double>(delay.count() / 2) * jitter));
}

Milliseconds rest_of_start_interval(TimePoint started_at, TimePoint now) {
  const auto age = std::chrono::duration_cast<Milliseconds>(now - started_at);
  return std::max(kMinStartInterval - age, Milliseconds(0));
}

}  // namespace

void RestartPolicy::started(TimePoint now) {
  started_at_ = now;
  ready_ = false;
}

void RestartPolicy::ready() {
  ready_ = true;
  failures_ = 0;
}

RestartPolicy::Verdict RestartPolicy::ended(TimePoint now, End how, double jitter) {
  if (!ready_) ++failures_;
  if (how == End::configuration_error) return {.restart = false};
  if (ready_) return {.restart = true, .delay = rest_of_start_interval(started_at_, now)};
  if (max_failures_ != 0 && failures_ >= max_failures_) return {.restart = false};
  return {.restart = true, .delay = back_off(failures_, jitter)};
}

}  // namespace belfry::supervisor
