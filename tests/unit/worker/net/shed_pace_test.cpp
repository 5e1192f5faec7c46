#include "worker/net/shed_pace.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace belfry::net {
namespace {

// When each of the clients is closed, looked at each 10 ms.
std::vector<double> closings(std::uint64_t clients, double over_ms, unsigned seed) {
  std::minstd_rand random(seed);
  std::uniform_real_distribution<double> chance(0, 1);
  std::vector<double> times;
  ShedPace pace(clients, over_ms, chance(random));
  for (double now = 0; !pace.is_over() && now <= over_ms; now += 10)
    while (pace.take(now, chance(random))) times.push_back(now);
  return times;
}

std::size_t most_in_a_second(const std::vector<double>& times) {
  std::size_t most = 0;
  for (auto first = times.begin(); first != times.end(); ++first) {
    const auto last = std::lower_bound(first, times.end(), *first + 1000);
    most = std::max(most, static_cast<std::size_t>(last - first));
  }
  return most;
}

TEST_CASE("everybody is closed when the time is over, and never more in a second than 1.5 times the mean") {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    const auto times = closings(1'000, 20'000, seed);
    CHECK(times.size() == 1'000);
    CHECK(most_in_a_second(times) <= 75);
  }
}

TEST_CASE("closings begin soon and go on to the end") {
  const auto times = closings(100, 10'000, 7);
  REQUIRE(times.size() == 100);
  CHECK(times.front() <= 200);
  CHECK(times.back() >= 9'500);
}

TEST_CASE("two that begin at once do not keep step") { CHECK(closings(20, 20'000, 1) != closings(20, 20'000, 2)); }

TEST_CASE("no time means all at once") {
  ShedPace pace(3, 0, 0.5);
  CHECK(pace.take(0, 0.5));
  CHECK(pace.take(0, 0.5));
  CHECK(pace.take(0, 0.5));
  CHECK(pace.is_over());
  CHECK_FALSE(pace.take(1'000, 0.5));
}

TEST_CASE("nobody is over at once") { CHECK(ShedPace(0, 1'000, 0.5).is_over()); }

TEST_CASE("one who is late catches up") {
  ShedPace pace(10, 1'000, 0.5);
  int closed = 0;
  while (pace.take(5'000, 0.5)) ++closed;
  CHECK(closed == 10);
}

}  // namespace
}  // namespace belfry::net
