// What came from the network, as one line for a terminal: nothing in it can move the cursor or forge a second line.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace belfry::tools {

// Control characters become escapes (\n, \r, \x1b, \u009b); everything else, backslashes too, stays as it is.
std::string printable_line(std::string_view text);

// <binary 5 bytes: 68 65 6c 6c 6f>, with at most the first 32 bytes.
std::string binary_line(std::span<const std::uint8_t> bytes);

}  // namespace belfry::tools
