// Whether each subscriber got each message of its channel once and in order. Message n belongs to channel n % channels,
// so that a subscriber knows which one is next. Costs a comparison for a delivery as it should be; only who has missed
// something has a list. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

namespace belfry::bench {

class DeliveryCheck {
 public:
  enum class Verdict { in_order, late, duplicate, stray };  // stray: of another channel

  explicit DeliveryCheck(std::uint64_t channels) : channels_(channels) {}

  // Its number is that of the call: 0, 1, 2...
  void add_subscriber(std::uint64_t channel) { next_.push_back(channel); }

  Verdict take(std::size_t subscriber, std::uint64_t number);

  // How many of the messages below `sent` the subscriber has not got; `refused` (in order) were never published.
  std::uint64_t missing(std::size_t subscriber, std::uint64_t sent, std::span<const std::uint64_t> refused) const;

 private:
  Verdict take_unexpected(std::size_t subscriber, std::uint64_t number);

  std::uint64_t channels_;
  std::vector<std::uint64_t> next_;                                   // by subscriber
  std::unordered_map<std::size_t, std::set<std::uint64_t>> skipped_;  // below next_, not here yet
};

}  // namespace belfry::bench
