// What one connection has still to write: references to shared bytes, in order, each a message or some small ones. The
// first is being written; the bounds on a slow client (bytes, time) count only what waits behind it, so that one
// message larger than the bound can pass.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <vector>

#include "common/memory_account.hpp"
#include "worker/net/shared_bytes.hpp"
#include "worker/net/tick.hpp"

namespace belfry::net {

class OutQueue {
 public:
  bool empty() const { return first_ == entries_.size(); }
  std::size_t waiting_bytes() const { return waiting_bytes_; }  // behind the message being written
  Tick oldest_waiting() const;                                  // when it was queued; kNever: nothing waits

  void account(MemoryAccount& account) const;

  void push(SharedBytes bytes, std::size_t messages, Tick now);
  std::size_t drop_waiting();  // keeps what is being written; returns how many messages went

  // Fills `parts` from the front; returns how many were filled.
  std::size_t gather(std::span<iovec> parts) const;
  // `written` bytes of what gather() gave have left.
  void consume(std::size_t written);

 private:
  struct Entry {
    SharedBytes bytes;
    std::uint32_t messages;
    Tick queued;
  };

  void pop();

  std::vector<Entry> entries_;
  std::size_t first_ = 0;   // index of the message being written
  std::size_t offset_ = 0;  // how much of it has left
  std::size_t waiting_bytes_ = 0;
};

}  // namespace belfry::net
