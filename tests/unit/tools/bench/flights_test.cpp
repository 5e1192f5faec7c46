#include "tools/bench/flights.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace belfry::bench;

TEST_CASE("a message has landed with its last part") {
  const auto board = std::make_unique<RunBoard>();
  Flights flights(*board);
  flights.depart(0, 2);
  CHECK_FALSE(flights.land_part(0));
  CHECK(flights.landed() == 0);
  CHECK(flights.land_part(0));
  CHECK(flights.landed() == 1);
}

TEST_CASE("a message to nobody has landed") {
  const auto board = std::make_unique<RunBoard>();
  Flights flights(*board);
  flights.depart(0, 0);
  CHECK(flights.landed() == 1);
}

TEST_CASE("a message that was refused has landed, and what comes of it later counts for nothing") {
  const auto board = std::make_unique<RunBoard>();
  Flights flights(*board);
  flights.depart(0, 3);
  flights.land_all(0);
  CHECK(flights.landed() == 1);
  CHECK_FALSE(flights.land_part(0));
  CHECK(flights.landed() == 1);
}

TEST_CASE("what was given up does not land a second time") {
  const auto board = std::make_unique<RunBoard>();
  Flights flights(*board);
  for (const std::uint64_t number : {0, 1, 2}) flights.depart(number, 1);
  flights.land_part(1);
  flights.give_up(3);
  CHECK(flights.landed() == 3);
  CHECK_FALSE(flights.land_part(0));
  CHECK(flights.landed() == 3);
}

TEST_CASE("a process knows when the last of its subscribers has a message, for several at a time") {
  LocalArrivals arrivals;
  CHECK_FALSE(arrivals.arrive(7, 2));
  CHECK_FALSE(arrivals.arrive(8, 2));
  CHECK(arrivals.arrive(7, 2));
  CHECK(arrivals.arrive(8, 2));
  CHECK(arrivals.arrive(7 + kFlightSlots, 1));
}
