#include "tools/bench/client_frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "common/assert.hpp"

namespace belfry::bench {
namespace {

constexpr std::uint8_t kFin = 0x80;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::size_t kLongest = 0xffff;
// It hides nothing: whoever reads the wire here is the user who measures.
constexpr std::array<std::uint8_t, 4> kMask = {0x5a, 0xc3, 0x17, 0x9e};

}  // namespace

void append_client_frame(std::string& out, ws::Opcode opcode, std::string_view payload) {
  BELFRY_ASSERT(payload.size() <= kLongest);
  const auto put = [&](std::size_t byte) { out += static_cast<char>(byte); };
  put(kFin | static_cast<std::uint8_t>(opcode));
  if (payload.size() < 126) {
    put(kMasked | payload.size());
  } else {
    put(kMasked | 126);
    put(payload.size() >> 8);
    put(payload.size() & 0xff);
  }
  for (const std::uint8_t byte : kMask) put(byte);
  for (std::size_t i = 0; i < payload.size(); ++i) put(static_cast<std::uint8_t>(payload[i]) ^ kMask[i % 4]);
}

}  // namespace belfry::bench
