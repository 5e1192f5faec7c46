#include "common/connection_capacity.hpp"

#include <doctest/doctest.h>

using belfry::connections_within;

TEST_CASE("a worker keeps 256 descriptors for itself, or half of very few") {
  CHECK(connections_within(20'000) == 19'744);
  CHECK(connections_within(513) == 257);
  CHECK(connections_within(512) == 256);
  CHECK(connections_within(0) == 0);
}
