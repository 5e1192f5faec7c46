// How bytes leave: everything that a batch of connections got in this turn, at once. The one place that would have to
// be another one for another way to send (io_uring).
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <span>

namespace belfry::net {

class Stream;

// What one connection has to send.
struct Outgoing {
  static constexpr std::size_t kMaxParts = 64;

  Stream* stream = nullptr;
  int fd = -1;
  std::array<iovec, kMaxParts> parts;
  std::size_t count = 0;  // of parts
  std::size_t bytes = 0;  // in them
  ssize_t result = 0;     // bytes that the kernel has taken, or a negative errno; -EAGAIN: the peer's window is full
};

class SendEngine {
 public:
  virtual ~SendEngine() = default;
  // Sets the result of each. Nothing is under way when it returns.
  virtual void send(std::span<Outgoing> batch) = 0;
};

// A system call for each connection.
class SendmsgEngine final : public SendEngine {
 public:
  void send(std::span<Outgoing> batch) override;
};

}  // namespace belfry::net
