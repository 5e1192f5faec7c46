// Which channels have just told their subscribers how many they are. For a moment they do not say so again: where many
// come and go at once, each would else hear of every other. One timer serves all channels of a worker; whether there is
// something to tell at the end of its pause, a channel knows itself.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "common/clock.hpp"
#include "common/uv_handle.hpp"

namespace belfry::pusher {

class TotalPauses {
 public:
  static constexpr Milliseconds kPause{500};

  // `on_over` hears the address of each channel whose pause is over, which may be another channel by now or none, and
  // the pause's number.
  using OnOver = std::function<void(const std::string& address, std::uint64_t pause)>;
  TotalPauses(uv_loop_t* loop, OnOver on_over);

  // Returns the pause's number, which is never 0.
  std::uint64_t begin(const std::string& address);

 private:
  struct Pause {
    std::uint64_t number;
    std::uint64_t until_ms;
    std::string address;
  };

  void start_timer();
  void end_some();

  uv_loop_t* loop_;
  OnOver on_over_;
  std::uint64_t last_ = 0;
  std::deque<Pause> pauses_;  // all are of one length: the first began first
  UvTimer timer_;
};

}  // namespace belfry::pusher
