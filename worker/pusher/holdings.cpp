#include "worker/pusher/holdings.hpp"

#include <algorithm>
#include <utility>

#include "common/assert.hpp"
#include "worker/pusher/channel.hpp"

namespace belfry::pusher {

const Holding* Holdings::find(std::string_view channel) const {
  if (index_ != nullptr) {
    const auto found = index_->find(channel);
    return found == index_->end() ? nullptr : &all_[found->second];
  }
  const auto found = std::ranges::find_if(all_, [=](const Holding& held) { return held.channel->name() == channel; });
  return found == all_.end() ? nullptr : &*found;
}

std::uint32_t Holdings::index_of(const Channel& channel) const {
  const Holding* held = find(channel.name());
  BELFRY_ASSERT(held != nullptr);
  return static_cast<std::uint32_t>(held - all_.data());
}

void Holdings::add(Channel& channel) {
  all_.push_back({&channel});
  if (index_ != nullptr) {
    index_->emplace(channel.name(), all_.size() - 1);
  } else if (all_.size() > kFew) {
    index_ = std::make_unique<Index>();
    for (const Holding& held : all_) index_->emplace(held.channel->name(), index_->size());
  }
}

void Holdings::remove(std::uint32_t index) {
  BELFRY_ASSERT(index < all_.size());
  if (index_ != nullptr) {
    index_->erase(all_[index].channel->name());
    if (index + 1 < all_.size()) (*index_)[all_.back().channel->name()] = index;
  }
  all_[index] = all_.back();
  all_.pop_back();
}

std::vector<Holding> Holdings::take() {
  index_.reset();
  return std::exchange(all_, {});
}

void Holdings::account(MemoryAccount& account) const {
  account.add(MemoryKind::connections, MemoryAccount::heap_of(all_) + MemoryAccount::block_bytes(index_.get()));
  if (index_ != nullptr) account.add(MemoryKind::connections, MemoryAccount::heap_of(*index_));
}

}  // namespace belfry::pusher
