#include "worker/pusher/delivery.hpp"

#include "common/assert.hpp"

namespace belfry::pusher {
namespace {

constexpr std::size_t kMostJoined = 16 * 1024;  // bytes; copying more gains nothing

}  // namespace

void Delivery::account(MemoryAccount& account) const {
  account.add(MemoryKind::unsent,
              MemoryAccount::block_bytes(this) + MemoryAccount::heap_of(events_) + MemoryAccount::heap_of(excluded_));
  for (const Event& event : events_) {
    account.add(MemoryKind::unsent, MemoryAccount::heap_of(event.excluded));
    account.add_shared(MemoryKind::unsent, event.frame.block());
  }
  account.add_shared(MemoryKind::unsent, joined_.block());
}

void Delivery::push(Event event) {
  std::ranges::sort(event.excluded);
  events_.push_back(std::move(event));
}

void Delivery::begin_round(std::size_t subscribers) {
  BELFRY_ASSERT(!in_round() && !empty());
  std::vector<net::SharedBytes> frames;
  std::size_t bytes = 0;
  for (const Event& event : std::span(events_).first(std::min(events_.size(), kMostEvents))) {
    bytes += event.frame.size();
    if (!frames.empty() && bytes > kMostJoined) break;
    frames.push_back(event.frame);
    excluded_.insert(excluded_.end(), event.excluded.begin(), event.excluded.end());
  }
  std::ranges::sort(excluded_);
  round_ = frames.size();
  left_ = subscribers;
  joined_ = net::SharedBytes::joined(frames);
}

std::optional<std::size_t> Delivery::next_place(std::size_t subscribers) {
  left_ = std::min(left_, subscribers);
  if (left_ == 0) return std::nullopt;
  return --left_;
}

void Delivery::end_round() {
  events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(round_));
  first_ = number_of(round_);
  round_ = 0;
  joined_ = {};
  excluded_.clear();
}

}  // namespace belfry::pusher
