#include "worker/ws/frame_encoder.hpp"

#include <algorithm>
#include <string>

#include "common/assert.hpp"

namespace belfry::ws {
namespace {

constexpr std::uint8_t kFin = 0x80;

std::size_t length_size(std::size_t length) { return length < 126 ? 0 : length <= 0xffff ? 2 : 8; }

std::uint8_t* write_header(std::uint8_t* to, Opcode opcode, std::size_t length) {
  *to++ = static_cast<std::uint8_t>(kFin | static_cast<std::uint8_t>(opcode));
  const std::size_t extended = length_size(length);
  *to++ = static_cast<std::uint8_t>(extended == 0 ? length : extended == 2 ? 126 : 127);
  for (std::size_t i = extended; i-- > 0;) *to++ = static_cast<std::uint8_t>(length >> (8 * i));
  return to;
}

}  // namespace

net::SharedBytes encode_frame(Opcode opcode, std::string_view payload) {
  return net::SharedBytes::make(2 + length_size(payload.size()) + payload.size(), [&](std::uint8_t* to) {
    std::ranges::copy(payload, write_header(to, opcode, payload.size()));
  });
}

net::SharedBytes encode_close(CloseCode code, std::string_view reason) {
  BELFRY_ASSERT(reason.size() <= 123);
  if (code == CloseCode::none) return encode_frame(Opcode::close, {});
  const auto number = static_cast<std::uint16_t>(code);
  std::string payload = {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
  return encode_frame(Opcode::close, payload.append(reason));
}

}  // namespace belfry::ws
