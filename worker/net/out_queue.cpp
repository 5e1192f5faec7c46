#include "worker/net/out_queue.hpp"

namespace belfry::net {

Tick OutQueue::oldest_waiting() const { return entries_.size() - first_ < 2 ? kNever : entries_[first_ + 1].queued; }

void OutQueue::account(MemoryAccount& account) const {
  account.add(MemoryKind::unsent, MemoryAccount::block_bytes(this) + MemoryAccount::heap_of(entries_));
  for (std::size_t i = first_; i < entries_.size(); ++i)
    account.add_shared(MemoryKind::unsent, entries_[i].bytes.block());
}

void OutQueue::push(SharedBytes bytes, std::size_t messages, Tick now) {
  if (!empty()) waiting_bytes_ += bytes.size();
  entries_.push_back({std::move(bytes), static_cast<std::uint32_t>(messages), now});
}

std::size_t OutQueue::drop_waiting() {
  if (empty()) return 0;
  std::size_t dropped = 0;
  for (std::size_t i = first_ + 1; i < entries_.size(); ++i) dropped += entries_[i].messages;
  entries_.resize(first_ + 1);
  waiting_bytes_ = 0;
  return dropped;
}

std::size_t OutQueue::gather(std::span<iovec> parts) const {
  std::size_t filled = 0;
  for (std::size_t i = first_; i < entries_.size() && filled < parts.size(); ++i, ++filled) {
    const SharedBytes& bytes = entries_[i].bytes;
    const std::size_t skip = i == first_ ? offset_ : 0;
    parts[filled] = {const_cast<std::uint8_t*>(bytes.data()) + skip, bytes.size() - skip};
  }
  return filled;
}

void OutQueue::consume(std::size_t written) {
  while (written > 0) {
    const std::size_t left = entries_[first_].bytes.size() - offset_;
    if (written < left) {
      offset_ += written;
      return;
    }
    written -= left;
    pop();
  }
}

void OutQueue::pop() {
  entries_[first_].bytes = SharedBytes();
  offset_ = 0;
  ++first_;
  if (empty()) {
    entries_.clear();
    first_ = 0;
    return;
  }
  waiting_bytes_ -= entries_[first_].bytes.size();
  if (first_ >= 64 && first_ * 2 >= entries_.size()) {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

}  // namespace belfry::net
