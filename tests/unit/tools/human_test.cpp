#include "tools/human.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using namespace belfry::tools;

TEST_CASE("bytes have at most four digits and a binary unit") {
  CHECK(human_bytes(0) == "0");
  CHECK(human_bytes(1023) == "1023");
  CHECK(human_bytes(1024) == "1.0K");
  CHECK(human_bytes(10188) == "9.9K");
  CHECK(human_bytes(10239) == "10K");
  CHECK(human_bytes(1024 * 1024 - 1) == "1.0M");
  CHECK(human_bytes(20u << 20) == "20M");
  CHECK(human_bytes(UINT64_MAX) == "16384P");
}

TEST_CASE("counts have at most three digits and a unit") {
  CHECK(human_count(0) == "0");
  CHECK(human_count(999) == "999");
  CHECK(human_count(1000) == "1.0k");
  CHECK(human_count(999'600) == "1.0M");
  CHECK(human_count(35'000'000) == "35M");
}

TEST_CASE("times have one or two units") {
  CHECK(human_seconds(0.9) == "0s");
  CHECK(human_seconds(59.9) == "59s");
  CHECK(human_seconds(60) == "1m");
  CHECK(human_seconds(7500) == "2h5m");
  CHECK(human_seconds(90'000) == "1d1h");
  CHECK(human_microseconds(250) == "250us");
  CHECK(human_microseconds(1500) == "1.5ms");
  CHECK(human_microseconds(2'000'000) == "2.0s");
}
