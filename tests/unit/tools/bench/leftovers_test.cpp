#include "tools/bench/leftovers.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <vector>

using belfry::bench::Leftovers;

TEST_CASE("what was kept comes back once") {
  Leftovers leftovers;
  const std::vector<std::uint8_t> first = {1, 2, 3}, second = {4};
  std::uint32_t a = leftovers.keep(first), b = leftovers.keep(second);
  std::array<std::uint8_t, 8> buffer = {};
  CHECK(leftovers.take(b, buffer.data()) == 1);
  CHECK(buffer[0] == 4);
  CHECK(leftovers.take(a, buffer.data()) == 3);
  CHECK(buffer[2] == 3);
  CHECK(a == Leftovers::kNone);
  CHECK(leftovers.take(a, buffer.data()) == 0);
}

TEST_CASE("no bytes take no place, and a place is used again") {
  Leftovers leftovers;
  CHECK(leftovers.keep({}) == Leftovers::kNone);
  const std::vector<std::uint8_t> bytes = {1};
  std::uint32_t place = leftovers.keep(bytes);
  const std::uint32_t before = place;
  leftovers.drop(place);
  CHECK(place == Leftovers::kNone);
  CHECK(leftovers.keep(bytes) == before);
}
