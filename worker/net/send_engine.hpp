// How bytes leave: everything that a batch of connections got in this turn, at once. Sessions do not
// know which way that is: a call for each, or one for all (ring_engine.hpp).
#pragma once

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <span>

namespace belfry::net {

class Stream;

// What one connection has to send.
struct Outgoing {
  Stream* stream = nullptr;
  int fd = -1;
  std::span<iovec> parts;
  std::size_t bytes = 0;  // in the parts
  ssize_t result = 0;     // bytes that the kernel has taken, or a negative errno; -EAGAIN: the peer's window is full
  msghdr message = {};    // the engine's
};

class SendEngine {
 public:
  virtual ~SendEngine() = default;
  // Sets the result of each. Nothing is under way when it returns.
  virtual void send(std::span<Outgoing> batch) = 0;
  virtual bool is_ring() const { return false; }
};

// A system call for each connection.
class SendmsgEngine final : public SendEngine {
 public:
  void send(std::span<Outgoing> batch) override;
};

}  // namespace belfry::net
