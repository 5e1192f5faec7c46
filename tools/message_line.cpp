#include "tools/message_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace belfry::tools {
namespace {

constexpr std::size_t kShownBytes = 32;

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return index < text.size() ? static_cast<std::uint8_t>(text[index]) : 0;
}

// U+0080 to U+009F, which some terminals obey like an escape sequence: in UTF-8, C2 followed by 80 to 9F.
bool is_c1_control(std::string_view text, std::size_t index) {
  return byte_at(text, index) == 0xc2 && byte_at(text, index + 1) >= 0x80 && byte_at(text, index + 1) <= 0x9f;
}

}  // namespace

std::string printable_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = byte_at(text, i);
    if (byte == '\n') {
      line += "\\n";
    } else if (byte == '\r') {
      line += "\\r";
    } else if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
      line += fmt::format("\\x{:02x}", byte);
    } else if (is_c1_control(text, i)) {
      line += fmt::format("\\u{:04x}", byte_at(text, ++i));
    } else {
      line += text[i];
    }
  }
  return line;
}

std::string binary_line(std::span<const std::uint8_t> bytes) {
  std::string line = fmt::format("<binary {} bytes{}", bytes.size(), bytes.empty() ? "" : ":");
  for (const auto byte : bytes.first(std::min(bytes.size(), kShownBytes))) line += fmt::format(" {:02x}", byte);
  return line + (bytes.size() > kShownBytes ? " ...>" : ">");
}

}  // namespace belfry::tools
