#include "tools/bench/histogram.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>

using belfry::bench::Histogram;

TEST_CASE("nothing recorded has no percentile") {
  const auto histogram = std::make_unique<Histogram>();
  CHECK(histogram->count() == 0);
  CHECK(histogram->max() == 0);
  CHECK(histogram->percentile(50) == 0);
}

TEST_CASE("small durations are exact") {
  const auto histogram = std::make_unique<Histogram>();
  for (std::uint64_t ns = 1; ns <= 60; ++ns) histogram->record(ns);
  CHECK(histogram->percentile(50) == 30);
  CHECK(histogram->percentile(90) == 54);
  CHECK(histogram->percentile(100) == 60);
}

TEST_CASE("a percentile is at most 1.6 percent above the truth, and never above the maximum") {
  for (std::uint64_t ns = 1; ns < (std::uint64_t{1} << 41); ns = ns * 5 / 4 + 1) {
    const auto histogram = std::make_unique<Histogram>();
    histogram->record(ns);
    histogram->record(ns * 2);
    CHECK(histogram->percentile(50) >= ns);
    CHECK(static_cast<double>(histogram->percentile(50)) <= static_cast<double>(ns) * 1.016);
    CHECK(histogram->percentile(99.9) == ns * 2);
    CHECK(histogram->max() == ns * 2);
  }
}

TEST_CASE("what is longer than the highest bucket counts there, and the maximum stays exact") {
  const auto histogram = std::make_unique<Histogram>();
  histogram->record(UINT64_MAX);
  CHECK(histogram->count() == 1);
  CHECK(histogram->max() == UINT64_MAX);
  CHECK(histogram->percentile(50) >= (std::uint64_t{1} << 42) - 1);
}

TEST_CASE("two histograms add up to the one of all values") {
  const auto all = std::make_unique<Histogram>(), left = std::make_unique<Histogram>(),
             right = std::make_unique<Histogram>();
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const std::uint64_t ns = i * i * 37;
    all->record(ns);
    (i % 3 == 0 ? left : right)->record(ns);
  }
  left->merge(*right);
  CHECK(left->count() == all->count());
  CHECK(left->max() == all->max());
  for (const double percent : {1.0, 50.0, 90.0, 99.0, 99.9, 100.0})
    CHECK(left->percentile(percent) == all->percentile(percent));
}
