#include "supervisor/packet_lines.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include "common/control_messages.hpp"

namespace belfry::supervisor {
namespace {

constexpr std::size_t kBatchBytes = 64 * 1024;  // and the packet that goes past it

}  // namespace

PacketLines::PacketLines(uv_loop_t* loop, UniqueFd packets, Take take)
    : packets_(std::move(packets)),
      take_(std::move(take)),
      poll_(make_uv_handle<uv_poll_t>(loop, this, uv_poll_init, packets_.get())),
      buffer_(kMaxTailPacket) {}

void PacketLines::resume() {
  uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* poll, int, int) noexcept {
    if (poll->data != nullptr) static_cast<PacketLines*>(poll->data)->on_readable();
  });
}

void PacketLines::on_readable() {
  std::string lines;
  while (lines.size() < kBatchBytes && read_packet(lines)) {
  }
  if (lines.empty()) return;
  uv_poll_stop(poll_.get());
  take_(std::move(lines));
}

bool PacketLines::read_packet(std::string& lines) {
  ssize_t size;
  do size = ::recv(packets_.get(), buffer_.data(), buffer_.size(), 0);
  while (size < 0 && errno == EINTR);
  if (size <= 0) return false;
  if (!lines.empty()) lines += '\n';
  lines.append(buffer_.data(), static_cast<std::size_t>(size));
  return true;
}

}  // namespace belfry::supervisor
