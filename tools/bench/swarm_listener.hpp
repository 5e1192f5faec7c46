// What a swarm tells of its connections. None of these may open or close a connection: that is for the end of the turn.
#pragma once

#include <cstdint>
#include <string_view>

#include "tools/bench/board.hpp"

namespace belfry::bench {

class SwarmListener {
 public:
  // Both with the time since connect(): the server has greeted (Pusher) or upgraded (raw); all is done.
  virtual void on_established(std::uint32_t i, std::uint64_t elapsed_ns) = 0;
  virtual void on_open(std::uint32_t i, std::uint64_t elapsed_ns) = 0;
  virtual void on_failed(std::uint32_t i, Failure failure, std::string_view sentence) = 0;
  virtual void on_message(std::uint32_t i, std::string_view message) = 0;
  virtual void on_pong(std::uint32_t i) = 0;
  virtual void on_lost(std::uint32_t i, std::string_view sentence) = 0;
  virtual void on_closed(std::uint32_t i) = 0;  // as close() wanted

 protected:
  ~SwarmListener() = default;
};

}  // namespace belfry::bench
