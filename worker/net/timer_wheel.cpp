#include "worker/net/timer_wheel.hpp"

namespace belfry::net {

Tick TimerWheel::enter(int fd, Tick at) {
  const Tick tick = std::clamp(at, now_ + 1, now_ + kSlots - 1);
  slots_[tick % kSlots].push_back(fd);
  return tick;
}

}  // namespace belfry::net
