// Replaces workers one after the other. Where there are siblings, a worker's clients are closed over a time before it
// ends, and the next one is only touched when the successor of the previous one is running and the clients have come
// back: never are all of them away, not even those of the last worker, to which the others have fled. Steered by the
// states of the slots; every step has its deadline in the slot, so that a rolling restart always comes to an end.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/worker_slot.hpp"

namespace belfry::supervisor {

inline constexpr Milliseconds kClearTime = Seconds(2);      // in which the clients of one worker are closed
inline constexpr Milliseconds kReturnTimeout = Seconds(5);  // for clients that come back; some never do

class RollingRestart {
 public:
  struct Outcome {
    std::vector<std::uint32_t> restarted;  // the slots that have a new worker
    std::string obstacle;                  // why the others have none; empty: they all have
  };
  using Done = std::function<void(const Outcome&)>;

  // `clients` counts those of all workers.
  RollingRestart(uv_loop_t* loop, std::function<std::uint64_t()> clients);

  bool is_under_way() const { return done_ != nullptr; }
  // `have_siblings`: more than one worker runs.
  void begin(std::deque<WorkerSlot*> slots, bool have_siblings, Done done);
  void slot_changed(const WorkerSlot& slot);
  void abort(std::string why);

 private:
  static constexpr Milliseconds kLook{100};

  void advance();
  void take_next();
  void replace_next();
  void start_timer(Milliseconds delay, uv_timer_cb callback);
  void wait_for_return();
  void finish(std::string obstacle);

  std::function<std::uint64_t()> clients_;
  std::deque<WorkerSlot*> waiting_;
  bool have_siblings_ = false;
  bool clearing_ = false;          // the first that waits
  WorkerSlot* current_ = nullptr;  // nullptr: none is being replaced, but its clients may be on their way back
  std::uint64_t clients_before_ = 0;
  TimePoint return_by_;
  std::vector<std::uint32_t> restarted_;
  Done done_;
  UvTimer timer_;
};

// Whether most of the clients that there were are there again.
bool have_returned(std::uint64_t before, std::uint64_t now);

}  // namespace belfry::supervisor
