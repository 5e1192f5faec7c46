// What RFC 6455 and the limits of a session demand of a frame, judged from its header alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "worker/ws/close_code.hpp"
#include "worker/ws/frame_header.hpp"

namespace belfry::ws {

inline constexpr std::uint32_t kMaxFragments = 65'536;

struct Violation {
  CloseCode code;
  std::string_view reason;  // ASCII, short enough for a Close frame
};

// What of the current message came in earlier frames.
struct MessageProgress {
  bool begun = false;
  std::uint64_t bytes = 0;
  std::uint32_t fragments = 0;
};

// By the first two bytes: reserved bits, opcode, mask, the rules of fragmentation and of control frames.
std::optional<Violation> check_opening(std::span<const std::uint8_t> first_two, const MessageProgress& message);

// By the complete header: the announced length. `max_message` in bytes; 0: no limit.
std::optional<Violation> check_length(std::span<const std::uint8_t> header, const MessageProgress& message,
                                      std::uint64_t max_message);

}  // namespace belfry::ws
