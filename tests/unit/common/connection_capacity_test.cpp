#include "common/connection_capacity.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>

using namespace belfry;

TEST_CASE("a worker keeps 256 descriptors for itself, or half of very few") {
  CHECK(connections_within(20'000) == 19'744);
  CHECK(connections_within(513) == 257);
  CHECK(connections_within(512) == 256);
  CHECK(connections_within(0) == 0);
}

TEST_CASE("as many descriptors as are asked for are enough, and one less is not") {
  for (const std::uint64_t connections : {1u, 255u, 256u, 257u, 258u, 100'000u}) {
    CAPTURE(connections);
    CHECK(connections_within(descriptors_for(connections)) >= connections);
    CHECK(connections_within(descriptors_for(connections) - 1) < connections);
  }
}
