#include "tools/bench/stamp.hpp"

#include <doctest/doctest.h>

#include <string>

#include "worker/pusher/server_events.hpp"

using namespace belfry::bench;

TEST_CASE("a stamped text has the size that was asked for, and no less than a stamp needs") {
  CHECK(StampedText(200).of({}).size() == 200);
  CHECK(StampedText(1).of({}).size() == kStampSize);
}

TEST_CASE("a stamp is found in a bare text and within an event") {
  StampedText text(kStampSize);
  const Stamp stamp = {.run = 0xdeadbeef, .number = UINT64_MAX - 1, .intended_ns = 123'456'789'012};
  const std::string bare(text.of(stamp));
  for (const std::string& message : {bare, belfry::pusher::channel_event("bench", "bench-7", bare)}) {
    StampFinder finder;
    const auto found = finder.find(message);
    REQUIRE(found);
    CHECK(found->run == stamp.run);
    CHECK(found->number == stamp.number);
    CHECK(found->intended_ns == stamp.intended_ns);
  }
}

TEST_CASE("a finder finds stamps at other places than the last one") {
  StampedText text(kStampSize);
  StampFinder finder;
  for (std::uint64_t number = 0; number < 20; ++number) {
    const auto found = finder.find(std::string(number * 7 % 11, ' ').append(text.of({.number = number})));
    REQUIRE(found);
    CHECK(found->number == number);
  }
}

TEST_CASE("what is no stamp is none") {
  StampedText text(kStampSize);
  const std::string whole(text.of({.run = 1, .number = 2, .intended_ns = 3}));
  StampFinder finder;
  CHECK(finder.find(whole));
  CHECK_FALSE(finder.find(""));
  CHECK_FALSE(finder.find("hello"));
  CHECK_FALSE(finder.find(whole.substr(0, kStampSize - 1)));
  std::string wrong = whole;
  wrong[20] = 'g';
  CHECK_FALSE(finder.find(wrong));
}
