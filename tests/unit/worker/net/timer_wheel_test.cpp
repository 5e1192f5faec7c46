#include "worker/net/timer_wheel.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace belfry::net {
namespace {

using Due = std::vector<std::pair<int, Tick>>;

Due advance(TimerWheel& wheel, Tick now) {
  Due due;
  wheel.advance(now, [&](int fd, Tick tick) { due.emplace_back(fd, tick); });
  return due;
}

}  // namespace

TEST_CASE("entries come up at their tick, once") {
  TimerWheel wheel;
  CHECK(wheel.enter(1, 5) == 5);
  CHECK(wheel.enter(2, 3) == 3);
  CHECK(advance(wheel, 2).empty());
  CHECK(advance(wheel, 10) == Due{{2, 3}, {1, 5}});
  CHECK(advance(wheel, 5000).empty());
}

TEST_CASE("a time that has passed is the next tick, one beyond the horizon comes early") {
  TimerWheel wheel;
  advance(wheel, 100);
  CHECK(wheel.enter(1, 50) == 101);
  const Tick early = wheel.enter(2, 1'000'000);
  CHECK(early < 1'000'000);
  CHECK(advance(wheel, 101) == Due{{1, 101}});
  CHECK(advance(wheel, early) == Due{{2, early}});
}

TEST_CASE("an entry made while another comes up is kept") {
  TimerWheel wheel;
  wheel.enter(1, 1);
  wheel.advance(1, [&](int, Tick now) { wheel.enter(1, now + 1); });
  CHECK(advance(wheel, 2) == Due{{1, 2}});
}

TEST_CASE("durations become ticks that are never too short") {
  CHECK(ticks(Milliseconds(1)) == 1);
  CHECK(ticks(Milliseconds(100)) == 1);
  CHECK(ticks(Milliseconds(101)) == 2);
  CHECK(ticks(Seconds(10)) == 100);
}

}  // namespace belfry::net
