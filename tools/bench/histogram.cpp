#include "tools/bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace belfry::bench {

void Histogram::record(std::uint64_t nanoseconds) {
  ++counts_[bucket_of(nanoseconds)];
  ++count_;
  max_ = std::max(max_, nanoseconds);
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

std::uint64_t Histogram::percentile(double percent) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(percent / 100 * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += counts_[i];
    if (seen > 0 && seen >= wanted) return std::min(highest_in(i), max_);
  }
  return max_;
}

// Values below 2^kSubBits have a bucket each. Above, the bucket is the position of the highest bit and the kSubBits
// bits behind it.
std::size_t Histogram::bucket_of(std::uint64_t nanoseconds) {
  const std::uint64_t value = std::min(nanoseconds, (std::uint64_t{1} << kTopBit) - 1);
  if (value >> kSubBits == 0) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kSubBits;
  return (std::size_t{shift} << kSubBits) + (value >> shift);
}

std::uint64_t Histogram::highest_in(std::size_t bucket) {
  const std::size_t octave = bucket >> kSubBits;
  if (octave == 0) return bucket;
  const auto shift = octave - 1;
  const std::uint64_t top = (bucket & ((1u << kSubBits) - 1)) + (1u << kSubBits);
  return ((top + 1) << shift) - 1;
}

}  // namespace belfry::bench
