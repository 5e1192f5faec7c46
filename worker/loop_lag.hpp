// How long the loop is busy in one turn: all of them, and the longest since the last take(), in microseconds. While a
// turn runs, nobody else of this worker is served.
#pragma once

#include <uv.h>

#include <cstdint>

#include "common/histogram.hpp"
#include "common/uv_handle.hpp"

namespace belfry::worker {

class LoopLag {
 public:
  // The loop was configured with UV_METRICS_IDLE_TIME.
  LoopLag(uv_loop_t* loop, Histogram& all);

  std::uint64_t take();

 private:
  void handle_turn();

  uv_loop_t* loop_;
  Histogram& all_;
  std::uint64_t turn_began_ns_;
  std::uint64_t idle_ns_;
  std::uint64_t longest_ns_ = 0;
  UvPrepare prepare_;
};

}  // namespace belfry::worker
