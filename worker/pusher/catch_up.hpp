// How who subscribes to a cache channel gets its last event. That comes on another connection than the live ones, so
// that it may be older or newer than they are: the events' numbers tell, and nobody gets one twice or misses one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "common/memory_account.hpp"
#include "worker/pusher/event.hpp"

namespace belfry::pusher {

class CatchUp {
 public:
  void account(MemoryAccount& account) const;

  // The kept event is fetched from Redis, one fetch (a number of its own) at a time, and serves all who wait.
  bool is_fetching() const { return fetch_ != 0; }
  bool is_fetching(std::uint64_t fetch) const { return fetch_ == fetch; }
  void begin_fetch(std::uint64_t fetch) { fetch_ = fetch; }
  void end_fetch();  // those whom it served have come in

  // A live event is to go to the subscribers: leaves out those who have had it as the kept one.
  void pass(Event& event);

  // Somebody comes in who is given the kept event with this number, 0 where nothing is kept or it has none: calls
  // give(frame) with what he is to get behind it.
  template <typename Give>
  void come_in(const ws::SessionId& session, std::uint64_t kept_number, Give&& give) {
    if (kept_number > last_number_) ahead_.push_back({session, kept_number});
    for (const Event& event : meanwhile_)
      if ((event.kept_number == 0 || event.kept_number > kept_number) &&
          std::ranges::find(event.excluded, session) == event.excluded.end())
        give(event.frame);
  }
  void leave(const ws::SessionId& session);

 private:
  struct Ahead {
    ws::SessionId session;
    std::uint64_t number;  // of the event that the session was given: what is not newer is old for it
  };

  std::uint64_t fetch_ = 0;        // under way; 0: none
  std::vector<Event> meanwhile_;   // live events that came since it was sent
  std::uint64_t last_number_ = 0;  // of the live events
  std::vector<Ahead> ahead_;       // those for whom an old event may still come
};

}  // namespace belfry::pusher
