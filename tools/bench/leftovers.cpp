#include "tools/bench/leftovers.hpp"

#include <algorithm>

namespace belfry::bench {

std::uint32_t Leftovers::keep(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return kNone;
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(kept_.size()));
    kept_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  kept_[place].assign(bytes.begin(), bytes.end());
  return place;
}

std::size_t Leftovers::take(std::uint32_t& place, std::uint8_t* to) {
  if (place == kNone) return 0;
  const std::size_t size = kept_[place].size();
  std::ranges::copy(kept_[place], to);
  drop(place);
  return size;
}

void Leftovers::drop(std::uint32_t& place) {
  if (place == kNone) return;
  free_.push_back(place);
  place = kNone;
}

}  // namespace belfry::bench
