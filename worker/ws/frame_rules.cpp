#include "worker/ws/frame_rules.hpp"

namespace belfry::ws {
namespace {

constexpr std::uint64_t kMaxControlPayload = 125;
constexpr std::uint64_t kLengthSignBit = 1ull << 63;

bool is_known(std::uint8_t opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

constexpr Violation protocol_error(std::string_view reason) { return {CloseCode::protocol_error, reason}; }

// RFC 6455, section 5.2: the minimal number of bytes must be used.
bool is_minimal(std::size_t header_bytes, std::uint64_t length) {
  const std::size_t extended = header_bytes - 2 - 4;
  return extended == 0 || (extended == 2 ? length >= 126 : length > 0xffff);
}

}  // namespace

std::optional<Violation> check_opening(std::span<const std::uint8_t> first_two, const MessageProgress& message) {
  const std::uint8_t opcode = first_two[0] & 0x0f;
  const bool fin = (first_two[0] & 0x80) != 0;
  const bool control = (opcode & 8) != 0;
  if ((first_two[0] & 0x70) != 0) return protocol_error("reserved bits are set");
  if (!is_known(opcode)) return protocol_error("reserved opcode");
  if ((first_two[1] & 0x80) == 0) return protocol_error("frame is not masked");
  if (control && !fin) return protocol_error("fragmented control frame");
  if (control && (first_two[1] & 0x7f) > kMaxControlPayload) return protocol_error("control frame too long");
  if (control) return std::nullopt;
  const bool continues = opcode == static_cast<std::uint8_t>(Opcode::continuation);
  if (continues && !message.begun) return protocol_error("continuation of no message");
  if (!continues && message.begun) return protocol_error("new message inside a fragmented one");
  if (message.fragments >= kMaxFragments) return Violation{CloseCode::message_too_big, "too many fragments"};
  return std::nullopt;
}

std::optional<Violation> check_length(std::span<const std::uint8_t> header, const MessageProgress& message,
                                      std::uint64_t max_message) {
  const FrameHeader parsed = parse_header(header);
  if ((parsed.length & kLengthSignBit) != 0) return protocol_error("length above 2^63");
  if (!is_minimal(header.size(), parsed.length)) return protocol_error("length is not minimal");
  if (parsed.is_control() || max_message == 0) return std::nullopt;
  if (parsed.length > max_message || message.bytes > max_message - parsed.length)
    return Violation{CloseCode::message_too_big, "message too big"};
  return std::nullopt;
}

}  // namespace belfry::ws
