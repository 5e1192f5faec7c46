#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "tools/transport.hpp"

namespace belfry::tools {
namespace {

Result<IoStep> io_step(ssize_t moved, const char* what) {
  if (moved >= 0) return IoStep{.bytes = static_cast<std::size_t>(moved)};
  if (errno == EAGAIN || errno == EINTR) return IoStep{.blocked = true};
  return Unexpected(errno_error(what));
}

class PlainTransport : public Transport {
 public:
  explicit PlainTransport(UniqueFd socket) : socket_(std::move(socket)) {}

  int fd() const override { return socket_.get(); }
  short poll_events(bool has_output) const override { return has_output ? POLLIN | POLLOUT : POLLIN; }

  Result<IoStep> read(std::span<std::uint8_t> buffer) override {
    auto step = io_step(recv(fd(), buffer.data(), buffer.size(), 0), "reading from the server");
    if (step) step->ended = step->bytes == 0 && !step->blocked;
    return step;
  }

  Result<IoStep> write(std::span<const std::uint8_t> bytes) override {
    return io_step(send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL), "writing to the server");
  }

  void end() override { shutdown(fd(), SHUT_WR); }

 private:
  UniqueFd socket_;
};

}  // namespace

std::unique_ptr<Transport> make_plain_transport(UniqueFd socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

}  // namespace belfry::tools
