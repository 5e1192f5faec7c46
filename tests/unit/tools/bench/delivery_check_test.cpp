#include "tools/bench/delivery_check.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using belfry::bench::DeliveryCheck;
using Verdict = DeliveryCheck::Verdict;

TEST_CASE("messages in order are in order, and nothing is missing") {
  DeliveryCheck check(2);
  check.add_subscriber(0);
  check.add_subscriber(1);
  for (std::uint64_t number = 0; number < 10; ++number) CHECK(check.take(number % 2, number) == Verdict::in_order);
  CHECK(check.missing(0, 10, {}) == 0);
  CHECK(check.missing(1, 10, {}) == 0);
}

TEST_CASE("what was skipped or never came is missing") {
  DeliveryCheck check(1);
  check.add_subscriber(0);
  CHECK(check.take(0, 0) == Verdict::in_order);
  CHECK(check.take(0, 3) == Verdict::in_order);
  CHECK(check.missing(0, 4, {}) == 2);
  CHECK(check.missing(0, 6, {}) == 4);
}

TEST_CASE("what comes after a later one is late once, and then a duplicate") {
  DeliveryCheck check(1);
  check.add_subscriber(0);
  CHECK(check.take(0, 2) == Verdict::in_order);
  CHECK(check.take(0, 0) == Verdict::late);
  CHECK(check.take(0, 0) == Verdict::duplicate);
  CHECK(check.take(0, 2) == Verdict::duplicate);
  CHECK(check.missing(0, 3, {}) == 1);
}

TEST_CASE("a message of another channel is a stray and counts for nothing") {
  DeliveryCheck check(3);
  check.add_subscriber(2);
  CHECK(check.take(0, 2) == Verdict::in_order);
  CHECK(check.take(0, 3) == Verdict::stray);
  CHECK(check.take(0, 5) == Verdict::in_order);
  CHECK(check.missing(0, 8, {}) == 0);
}

TEST_CASE("a message that the server refused is not missing") {
  DeliveryCheck check(1);
  check.add_subscriber(0);
  CHECK(check.take(0, 0) == Verdict::in_order);
  CHECK(check.take(0, 3) == Verdict::in_order);
  const std::vector<std::uint64_t> refused = {1, 5};
  CHECK(check.missing(0, 7, refused) == 3);  // 2, 4 and 6
}
