// The header of a WebSocket frame (RFC 6455, section 5.2), read ahead of wslay, so that a frame is judged before
// anything is allocated or unmasked for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace belfry::ws {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

inline constexpr std::size_t kMaxHeader = 14;  // 2 bytes, 8 of length, 4 of mask

struct FrameHeader {
  bool fin = false;
  std::uint8_t rsv = 0;
  std::uint8_t opcode = 0;
  bool masked = false;
  std::uint64_t length = 0;  // of the payload; valid once the header is complete

  bool is_control() const { return (opcode & 8) != 0; }
};

// How many bytes the header has, as far as `bytes` tell: at least 2, more once the second byte is there.
std::size_t header_size(std::span<const std::uint8_t> bytes);

// `bytes` holds at least header_size(bytes).
FrameHeader parse_header(std::span<const std::uint8_t> bytes);

}  // namespace belfry::ws
