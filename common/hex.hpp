// Bytes as lower-case hex, two digits a byte.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace belfry {

std::string to_hex(std::span<const std::uint8_t> bytes);
// false: the text is not exactly so many bytes in hex; `bytes` may be half-written.
bool from_hex(std::string_view text, std::span<std::uint8_t> bytes);

}  // namespace belfry
