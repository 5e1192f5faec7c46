// How often which duration was seen, in buckets whose width grows with the duration: 64 for each power of two, so that
// a percentile is at most 1.6 % above the truth, from nanoseconds to an hour. A fixed size, no pointers: it may lie in
// memory that processes share. Recording costs a shift and an addition.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace belfry::bench {

class Histogram {
 public:
  void record(std::uint64_t nanoseconds);
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }  // exact; 0: nothing was recorded
  // What `percent` of the values do not exceed: the highest value of its bucket, but never more than max().
  std::uint64_t percentile(double percent) const;

 private:
  static constexpr unsigned kSubBits = 6;
  static constexpr unsigned kTopBit = 42;  // longer durations count as 2^42 ns, which is 73 minutes
  static constexpr std::size_t kBuckets = (kTopBit - kSubBits + 1) << kSubBits;

  static std::size_t bucket_of(std::uint64_t nanoseconds);
  static std::uint64_t highest_in(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> counts_ = {};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace belfry::bench
