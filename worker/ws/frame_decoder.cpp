#include "worker/ws/frame_decoder.hpp"

#include <algorithm>
#include <new>

namespace belfry::ws {

FrameDecoder::FrameDecoder() {
  wslay_frame_callbacks callbacks = {};
  callbacks.recv_callback = [](std::uint8_t* to, std::size_t room, int, void* self) noexcept -> ssize_t {
    const std::size_t taken = static_cast<FrameDecoder*>(self)->take(to, room);
    return taken == 0 ? -1 : static_cast<ssize_t>(taken);
  };
  wslay_frame_context_ptr context = nullptr;
  if (wslay_frame_context_init(&context, &callbacks, this) != 0) throw std::bad_alloc();
  context_.reset(context);
}

std::size_t FrameDecoder::take(std::uint8_t* to, std::size_t room) {
  const std::size_t count = std::min(room, input_.size());
  std::copy_n(input_.begin(), count, to);
  input_ = input_.subspan(count);
  return count;
}

FrameDecoder::Step FrameDecoder::next(std::span<const std::uint8_t>& piece) {
  wslay_frame_iocb frame = {};
  const ssize_t status = wslay_frame_recv(context_.get(), &frame);
  if (status == WSLAY_ERR_WANT_READ) return input_.empty() ? Step::starved : next(piece);
  if (status < 0) return Step::refused;
  piece = {frame.data, frame.data_length};
  return Step::payload;
}

}  // namespace belfry::ws
