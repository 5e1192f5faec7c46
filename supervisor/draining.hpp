// The slow way to a stop: the workers say that the node is going, balancers get the time to notice, clients are closed
// evenly over a time, and then the node stops.
#pragma once

#include <uv.h>

#include <functional>

#include "common/clock.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/worker_slots.hpp"

namespace belfry::supervisor {

class Draining {
 public:
  // `drained` is called once the time is over, or earlier, when there is no client left to close.
  Draining(uv_loop_t* loop, WorkerSlots& workers, std::function<void()> drained);

  bool is_under_way() const { return step_ != Step::none; }
  // `delay` passes before the first client is closed, `over` from there to the last.
  void begin(Milliseconds delay, Milliseconds over);
  // Those who are left are closed over this time, from now or from the end of the delay on.
  void change(Milliseconds over);
  void abort();
  Milliseconds delay_left(TimePoint now) const;
  Milliseconds left(TimePoint now) const;  // to the end

 private:
  enum class Step { none, announcing, closing };

  static constexpr Milliseconds kLook{250};  // how often a look is taken whether all have left

  void advance();

  WorkerSlots& workers_;
  std::function<void()> drained_;
  Step step_ = Step::none;
  Milliseconds over_ = {};
  TimePoint closing_at_;
  UvTimer timer_;
};

}  // namespace belfry::supervisor
