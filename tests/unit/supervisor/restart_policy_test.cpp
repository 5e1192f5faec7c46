#include "supervisor/restart_policy.hpp"

#include <doctest/doctest.h>

namespace belfry::supervisor {
namespace {

using End = RestartPolicy::End;

const TimePoint kStart = TimePoint() + Seconds(1000);

RestartPolicy policy_after_ready_start() {
  RestartPolicy policy;
  policy.started(kStart);
  policy.ready();
  return policy;
}

// Lets `count` children in a row end before they are ready; the last verdict.
RestartPolicy::Verdict fail(RestartPolicy& policy, unsigned count, double jitter) {
  RestartPolicy::Verdict verdict;
  for (unsigned i = 0; i < count; ++i) {
    policy.started(kStart);
    verdict = policy.ended(kStart, End::crash, jitter);
  }
  return verdict;
}

TEST_CASE("a crash after readiness restarts at once") {
  RestartPolicy policy = policy_after_ready_start();
  const auto verdict = policy.ended(kStart + Seconds(60), End::crash, 0.5);
  CHECK(verdict.restart);
  CHECK(verdict.delay == Milliseconds(0));
}

TEST_CASE("a second start within a second waits for the rest of it") {
  RestartPolicy policy = policy_after_ready_start();
  CHECK(policy.ended(kStart + Milliseconds(300), End::crash, 0.5).delay == Milliseconds(700));
  policy = policy_after_ready_start();
  CHECK(policy.ended(kStart + Milliseconds(999), End::crash, 0.5).delay == Milliseconds(1));
  policy = policy_after_ready_start();
  CHECK(policy.ended(kStart + Milliseconds(1000), End::crash, 0.5).delay == Milliseconds(0));
}

TEST_CASE("a working child is never given up") {
  RestartPolicy policy;
  for (int crash = 0; crash < 1000; ++crash) {
    policy.started(kStart);
    policy.ready();
    CHECK(policy.ended(kStart + Seconds(2), End::crash, 1).restart);
  }
}

TEST_CASE("a child that was never ready backs off, doubling from 0.1 s to 10 s") {
  RestartPolicy policy;
  for (const int expected_ms : {100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000}) {
    const auto verdict = fail(policy, 1, 1);
    CHECK(verdict.restart);
    CHECK(verdict.delay == Milliseconds(expected_ms));
  }
}

TEST_CASE("jitter spreads a back-off over its upper half") {
  RestartPolicy none, half, all;
  CHECK(fail(none, 3, 0).delay == Milliseconds(200));
  CHECK(fail(half, 3, 0.5).delay == Milliseconds(300));
  CHECK(fail(all, 3, 1).delay == Milliseconds(400));
}

TEST_CASE("after ten failures in a row a child is given up") {
  RestartPolicy policy;
  CHECK(fail(policy, 9, 1).restart);
  CHECK_FALSE(fail(policy, 1, 1).restart);
}

TEST_CASE("without a limit nothing is given up and the back-off stays at its longest") {
  RestartPolicy policy(0);
  const auto verdict = fail(policy, 100, 1);
  CHECK(verdict.restart);
  CHECK(verdict.delay == kLongestBackOff);
}

TEST_CASE("readiness forgets the failures before it") {
  RestartPolicy policy;
  fail(policy, 9, 1);
  policy.started(kStart);
  policy.ready();
  CHECK(policy.ended(kStart + Seconds(2), End::crash, 1).delay == Milliseconds(0));
  CHECK(fail(policy, 1, 1).delay == kFirstBackOff);
}

TEST_CASE("readiness of an earlier child does not speak for the next") {
  RestartPolicy policy = policy_after_ready_start();
  policy.ended(kStart + Seconds(5), End::crash, 1);
  CHECK(fail(policy, 1, 1).delay == kFirstBackOff);
}

TEST_CASE("a configuration error is never retried, whether the child was ready or not") {
  RestartPolicy never_ready;
  never_ready.started(kStart);
  CHECK_FALSE(never_ready.ended(kStart, End::configuration_error, 1).restart);
  RestartPolicy ready = policy_after_ready_start();
  CHECK_FALSE(ready.ended(kStart + Seconds(5), End::configuration_error, 1).restart);
}

TEST_CASE("forgiveness gives a child that was given up all its attempts again") {
  RestartPolicy policy;
  fail(policy, 10, 1);
  policy.forgive();
  const auto verdict = fail(policy, 1, 1);
  CHECK(verdict.restart);
  CHECK(verdict.delay == kFirstBackOff);
}

}  // namespace
}  // namespace belfry::supervisor
