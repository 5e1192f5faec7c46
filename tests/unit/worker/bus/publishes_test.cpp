#include "worker/bus/publishes.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "worker/bus/backoff.hpp"

namespace belfry::bus {
namespace {

using What = PublishOutcome::What;

struct Fixture {
  std::vector<std::string> outcomes;
  std::vector<std::uint64_t> waited;  // of those that have timed out
  Publishes publishes;
  std::chrono::nanoseconds start = Seconds(50);

  static std::uint64_t ns(std::chrono::nanoseconds time) { return static_cast<std::uint64_t>(time.count()); }

  void expire(std::chrono::nanoseconds now) {
    publishes.expire(ns(now), [this](std::uint64_t waited_ns) { waited.push_back(waited_ns); });
  }

  std::uint64_t begin(const std::string& name, std::chrono::nanoseconds at) {
    return publishes.begin(
        [this, name](PublishOutcome outcome) {
          outcomes.push_back(name + (outcome.what == What::sent      ? " sent"
                                     : outcome.what == What::unknown ? " unknown"
                                                                     : " not sent"));
        },
        ns(at));
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "each publish gets exactly one outcome") {
  const auto a = begin("a", start), b = begin("b", start + Seconds(1));
  publishes.answer(a, {});
  expire(start + Milliseconds(2500));
  publishes.answer(b, {What::not_sent, "full"});
  expire(start + Seconds(60));
  CHECK(waited.empty());
  CHECK(outcomes == std::vector<std::string>{"a sent", "b not sent"});
}

TEST_CASE_FIXTURE(Fixture, "after two seconds the outcome is unknown, and a late answer changes nothing") {
  const auto a = begin("a", start), b = begin("b", start), c = begin("c", start + Seconds(1));
  expire(start + Milliseconds(1999));
  CHECK(outcomes.empty());
  expire(start + Milliseconds(2100));
  CHECK(waited == std::vector(2, ns(Milliseconds(2100))));
  CHECK(outcomes == std::vector<std::string>{"a unknown", "b unknown"});
  publishes.answer(a, {});
  publishes.answer(b, {});
  publishes.answer(c, {});
  CHECK(outcomes.back() == "c sent");
  CHECK(outcomes.size() == 3);
}

TEST_CASE("back-off doubles up to its bound, with jitter below the step") {
  Backoff backoff(Milliseconds(50), Milliseconds(150));
  CHECK(backoff.next(1) == Milliseconds(50));
  CHECK(backoff.next(0) == Milliseconds(50));
  CHECK(backoff.next(1) == Milliseconds(150));
  CHECK(backoff.next(1) == Milliseconds(150));
  backoff.reset();
  CHECK(backoff.next(0) == Milliseconds(25));
}

TEST_CASE_FIXTURE(Fixture, "a publish that begins because another one has timed out has its own two seconds") {
  publishes.begin([&](PublishOutcome) { begin("b", start + Milliseconds(2200)); }, ns(start));
  expire(start + Milliseconds(2100));
  CHECK(outcomes.empty());
  expire(start + Milliseconds(4200));
  CHECK(outcomes == std::vector<std::string>{"b unknown"});
}

}  // namespace belfry::bus
