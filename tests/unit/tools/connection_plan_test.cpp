#include "tools/connection_plan.hpp"

#include <doctest/doctest.h>

using namespace belfry::tools;

TEST_CASE("one worker has all connections, several have a little more than their mean share") {
  CHECK(largest_share({.connections = 1'000, .workers = 1}) == 1'000);
  CHECK(largest_share({.connections = 100'000, .workers = 2}) == 50'633);
  CHECK(largest_share({.connections = 1, .workers = 4}) == 1);
}

TEST_CASE("as many workers as were needed for a hundred thousand and a million with 20,000 descriptors") {
  CHECK(fewest_workers(100'000, 20'000) == 6);
  CHECK(fewest_workers(1'000'000, 20'000) == 53);
  CHECK(fewest_workers(19'744, 20'000) == 1);
}

TEST_CASE("no number of workers is enough where each has too few descriptors") {
  CHECK_FALSE(fewest_workers(1'000'000, 300));
  CHECK_FALSE(fewest_workers(1, 0));
}

TEST_CASE("memory is first of all the kernel's") {
  const auto bytes = memory_of({.connections = 1'000'000, .workers = 4});
  CHECK(bytes > 4'036'000'000);
  CHECK(bytes < 5'000'000'000);
}
