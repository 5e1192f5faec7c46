#include "worker/ws/frame_header.hpp"

namespace belfry::ws {
namespace {

constexpr std::uint8_t kLength16 = 126;
constexpr std::uint8_t kLength64 = 127;

std::size_t extended_length_size(std::uint8_t short_length) {
  return short_length == kLength16 ? 2 : short_length == kLength64 ? 8 : 0;
}

}  // namespace

std::size_t header_size(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 2) return 2;
  return 2 + extended_length_size(bytes[1] & 0x7f) + ((bytes[1] & 0x80) != 0 ? 4 : 0);
}

FrameHeader parse_header(std::span<const std::uint8_t> bytes) {
  FrameHeader header;
  header.fin = (bytes[0] & 0x80) != 0;
  header.rsv = (bytes[0] >> 4) & 7;
  header.opcode = bytes[0] & 0x0f;
  header.masked = (bytes[1] & 0x80) != 0;
  const std::uint8_t short_length = bytes[1] & 0x7f;
  const std::size_t extended = extended_length_size(short_length);
  if (extended == 0) header.length = short_length;
  for (std::size_t i = 0; i < extended; ++i) header.length = header.length << 8 | bytes[2 + i];
  return header;
}

}  // namespace belfry::ws
