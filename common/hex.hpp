// Bytes as lower-case hex, two digits a byte.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace belfry {

std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace belfry
