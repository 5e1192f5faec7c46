// One wheel of coarse deadlines for all streams of a worker, touched lazily: activity only moves a deadline in the
// stream, and the stream decides when its entry comes up whether it is due or is to be entered again. Entries are
// descriptors; the caller tells a stale one (its stream is gone, or was entered elsewhere since) by the tick that the
// stream remembers.
#pragma once

#include <array>
#include <vector>

#include "common/memory_account.hpp"
#include "worker/net/tick.hpp"

namespace belfry::net {

class TimerWheel {
 public:
  void account(MemoryAccount& account) const {
    for (const std::vector<int>& slot : slots_) account.add(MemoryKind::tables, MemoryAccount::heap_of(slot));
  }

  // Enters `fd` for `at`, but not before the next tick and not beyond the wheel's horizon (102 s): the entry may come
  // up before `at`. Returns the tick at which it will.
  Tick enter(int fd, Tick at);

  // Moves to `now` and calls due(fd, tick) for each entry passed on the way.
  template <typename Due>
  void advance(Tick now, Due&& due) {
    while (now_ < now) {
      ++now_;
      std::vector<int> passed = std::move(slots_[now_ % kSlots]);
      slots_[now_ % kSlots].clear();
      for (const int fd : passed) due(fd, now_);
    }
  }

 private:
  static constexpr Tick kSlots = 1024;

  Tick now_ = 0;
  std::array<std::vector<int>, kSlots> slots_;
};

}  // namespace belfry::net
