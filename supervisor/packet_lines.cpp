#include "supervisor/packet_lines.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include "common/control_channel.hpp"
#include "common/control_messages.hpp"

namespace belfry::supervisor {
namespace {

constexpr std::size_t kBatchBytes = 64 * 1024;  // and the packet that goes past it
constexpr int kBufferBytes = 1024 * 1024;       // as far as the kernel grants it: a burst of packets is dropped later

}  // namespace

Result<std::pair<UniqueFd, UniqueFd>> make_packet_pair() {
  auto pair = make_control_pair();
  if (pair) ::setsockopt(pair->second.get(), SOL_SOCKET, SO_SNDBUF, &kBufferBytes, sizeof kBufferBytes);
  return pair;
}

PacketLines::PacketLines(uv_loop_t* loop, UniqueFd packets, Take take, std::function<void()> ended)
    : packets_(std::move(packets)),
      take_(std::move(take)),
      ended_(std::move(ended)),
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
  if (lines.empty() && !at_end_) return;
  uv_poll_stop(poll_.get());
  if (lines.empty()) ended_();
  else take_(std::move(lines));
}

bool PacketLines::read_packet(std::string& lines) {
  ssize_t size;
  do size = ::recv(packets_.get(), buffer_.data(), buffer_.size(), 0);
  while (size < 0 && errno == EINTR);
  at_end_ = size == 0;
  if (size <= 0) return false;
  if (!lines.empty()) lines += '\n';
  lines.append(buffer_.data(), static_cast<std::size_t>(size));
  return true;
}

}  // namespace belfry::supervisor
