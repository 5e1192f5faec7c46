#include "tools/bench/server_frames.hpp"

namespace belfry::bench {

std::optional<ServerFrame> ServerFrames::next() {
  const std::size_t head = ws::header_size(rest_);
  if (broken_ || rest_.size() < head) return std::nullopt;
  const ws::FrameHeader header = ws::parse_header(rest_);
  broken_ = header.masked || header.rsv != 0;
  if (broken_ || rest_.size() - head < header.length) return std::nullopt;
  const auto payload = rest_.subspan(head, header.length);
  rest_ = rest_.subspan(head + header.length);
  return ServerFrame{static_cast<ws::Opcode>(header.opcode),
                     {reinterpret_cast<const char*>(payload.data()), payload.size()}};
}

}  // namespace belfry::bench
