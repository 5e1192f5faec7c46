// A distribution of durations in fixed buckets, as Prometheus has them. Nothing but 64-bit numbers, so that it may lie
// in memory that another process reads (counter_page.hpp).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace belfry {

// Upper bounds, inclusive: from a short loop turn to what a client would call a hang.
inline constexpr std::uint64_t kHistogramBoundsNs[] = {
    100'000,    250'000,     500'000,     1'000'000,   2'500'000,     5'000'000,     10'000'000,    25'000'000,
    50'000'000, 100'000'000, 250'000'000, 500'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000,
};

struct Histogram {
  std::uint64_t buckets[std::size(kHistogramBoundsNs) + 1] = {};  // the last one: above every bound
  std::uint64_t sum_ns = 0;

  void record(std::uint64_t ns) {
    const auto* bound = std::find_if(std::begin(kHistogramBoundsNs), std::end(kHistogramBoundsNs),
                                     [ns](std::uint64_t upper) { return ns <= upper; });  // most are short
    ++buckets[bound - std::begin(kHistogramBoundsNs)];
    sum_ns += ns;
  }
};

}  // namespace belfry
