// Picks some or all clients of the worker, one after the other, to be closed. Which ones is by descriptor, going on
// where the last time ended. Lives as long as the reactor, beside it.
#pragma once

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>

#include "common/clock.hpp"
#include "common/uv_handle.hpp"
#include "worker/net/reactor.hpp"
#include "worker/net/shed_pace.hpp"

namespace belfry::net {

class Shedding {
 public:
  using CloseClient = std::function<void(Stream& client)>;

  Shedding(Reactor& reactor, CloseClient close);

  // Takes the place of what is under way. `clients` may be more than there are.
  void begin(std::uint64_t clients, Milliseconds over);

 private:
  static constexpr Milliseconds kStep{10};

  void step();
  bool close_one();
  double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  Reactor& reactor_;
  CloseClient close_;
  ShedPace pace_;
  std::uint64_t began_ms_ = 0;
  std::size_t next_fd_ = 0;
  std::minstd_rand random_{std::random_device{}()};
  UvTimer timer_;
};

}  // namespace belfry::net
