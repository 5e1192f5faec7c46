#include "tools/bench/delivery_check.hpp"

#include <algorithm>

namespace belfry::bench {

DeliveryCheck::Verdict DeliveryCheck::take(std::size_t subscriber, std::uint64_t number) {
  std::uint64_t& next = next_[subscriber];
  if (number != next) [[unlikely]]
    return take_unexpected(subscriber, number);
  next += channels_;
  return Verdict::in_order;
}

// What is ahead is in order itself: those that it overtook are late if they come at all.
DeliveryCheck::Verdict DeliveryCheck::take_unexpected(std::size_t subscriber, std::uint64_t number) {
  std::uint64_t& next = next_[subscriber];
  if (number % channels_ != next % channels_) return Verdict::stray;
  if (number < next) {
    const auto found = skipped_.find(subscriber);
    return found != skipped_.end() && found->second.erase(number) > 0 ? Verdict::late : Verdict::duplicate;
  }
  auto& skipped = skipped_[subscriber];
  for (; next < number; next += channels_) skipped.insert(skipped.end(), next);
  next += channels_;
  return Verdict::in_order;
}

std::uint64_t DeliveryCheck::missing(std::size_t subscriber, std::uint64_t sent,
                                     std::span<const std::uint64_t> refused) const {
  const auto is_owed = [&](std::uint64_t number) { return !std::ranges::binary_search(refused, number); };
  std::uint64_t count = 0;
  if (const auto found = skipped_.find(subscriber); found != skipped_.end())
    count += static_cast<std::uint64_t>(std::ranges::count_if(found->second, is_owed));
  for (std::uint64_t number = next_[subscriber]; number < sent; number += channels_) count += is_owed(number) ? 1 : 0;
  return count;
}

}  // namespace belfry::bench
