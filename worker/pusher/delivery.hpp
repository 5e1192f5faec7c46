// The events that the subscribers of a channel have still to get, in order, with numbers that follow each other. They
// leave in rounds: several events that came in one turn of the loop are one piece of bytes for everybody who is to get
// all of them, and cost hardly more than one. Each subscriber remembers as `seen` the last event that he got, or that
// came before him; numbers wrap around. A channel's events keep their order; those of different channels, and what a
// session is sent itself, may pass each other within a turn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/memory_account.hpp"
#include "worker/net/shared_bytes.hpp"
#include "worker/pusher/event.hpp"
#include "worker/ws/session_id.hpp"

namespace belfry::pusher {

class Delivery {
 public:
  // `first`: the number of the event that will be pushed first.
  explicit Delivery(std::uint32_t first) : first_(first) {}

  void push(Event event);
  bool empty() const { return events_.empty(); }
  bool is_full() const { return events_.size() > kMostEvents; }  // another round will leave something
  void account(MemoryAccount& account) const;

  // The events at the front leave together: one, or several of at most 16 KB. `subscribers`: how many there are.
  void begin_round(std::size_t subscribers);
  bool in_round() const { return round_ != 0; }
  std::span<const Event> round() const { return std::span(events_).first(round_); }
  // The place of the next one to be served; nullopt: that was all. Backwards: when somebody leaves meanwhile, the last
  // one takes his place, and may be met twice.
  std::optional<std::size_t> next_place(std::size_t subscribers);
  void end_round();

  // Calls give(const SharedBytes&, number of events in it) with what the round, or all there is, has for a subscriber.
  // `seen` is set before: what is given may end the session, and the subscriber with it.
  template <typename Give>
  void give_round(std::uint32_t& seen, const ws::SessionId& session, Give&& give) const {
    const bool gets_all = is_before(seen, first_) && !is_among(excluded_, session);
    if (!gets_all) return give_one_by_one(round_, seen, session, give);
    seen = number_of(round_ - 1);
    give(joined_, round_);
  }
  template <typename Give>
  void give_all(std::uint32_t& seen, const ws::SessionId& session, Give&& give) const {
    give_one_by_one(events_.size(), seen, session, give);
  }

 private:
  static constexpr std::size_t kMostEvents = 64;  // of a round

  static bool is_before(std::uint32_t one, std::uint32_t other) { return static_cast<std::int32_t>(one - other) < 0; }
  static bool is_among(const std::vector<ws::SessionId>& sorted, const ws::SessionId& session) {
    return std::ranges::binary_search(sorted, session);
  }
  std::uint32_t number_of(std::size_t index) const { return first_ + static_cast<std::uint32_t>(index); }

  template <typename Give>
  void give_one_by_one(std::size_t count, std::uint32_t& seen, const ws::SessionId& session, Give&& give) const {
    const std::uint32_t before = seen, last = number_of(count - 1);
    if (is_before(seen, last)) seen = last;
    for (std::size_t i = 0; i < count; ++i)
      if (is_before(before, number_of(i)) && !is_among(events_[i].excluded, session)) give(events_[i].frame, 1);
  }

  std::uint32_t first_;  // number of the first of the events
  std::vector<Event> events_;
  std::size_t round_ = 0;  // how many of them leave together
  std::size_t left_ = 0;   // places at the front that are still to be served
  net::SharedBytes joined_;
  std::vector<ws::SessionId> excluded_;  // from an event of the round, sorted
};

}  // namespace belfry::pusher
