// The process's libuv loop. Made before every handle and destroyed after them: the destructor runs the close callbacks
// that are still due and asserts that no handle is left.
#pragma once

#include <uv.h>

#include "common/assert.hpp"

namespace belfry::supervisor {

class EventLoop {
 public:
  EventLoop() { BELFRY_ASSERT(uv_loop_init(&loop_) == 0); }
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop() {
    // A closing signal handle may wait for a signal that is still in libuv's pipe: a few turns, never a wait.
    int status = uv_loop_close(&loop_);
    for (int turn = 0; status != 0 && turn < kMaxClosingTurns; ++turn) {
      uv_run(&loop_, UV_RUN_NOWAIT);
      status = uv_loop_close(&loop_);
    }
    BELFRY_ASSERT(status == 0);
  }

  uv_loop_t* get() { return &loop_; }

 private:
  static constexpr int kMaxClosingTurns = 16;
  uv_loop_t loop_;
};

}  // namespace belfry::supervisor
