#include "worker/ws/utf8.hpp"

#include <simdjson.h>

namespace belfry::ws {

bool Utf8Validator::feed(std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes)
    if (!feed_byte(byte)) return false;
  return true;
}

bool Utf8Validator::feed_byte(std::uint8_t byte) {
  if (missing_ == 0) return byte < 0x80 || begin_character(byte);
  if (byte < lowest_ || byte > highest_) return false;
  lowest_ = 0x80;
  highest_ = 0xbf;
  --missing_;
  return true;
}

// RFC 3629, section 4. The narrowed bounds exclude overlong forms, surrogates, and what lies above U+10FFFF.
bool Utf8Validator::begin_character(std::uint8_t byte) {
  if (byte < 0xc2 || byte > 0xf4) return false;
  missing_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  if (byte == 0xe0) lowest_ = 0xa0;
  if (byte == 0xed) highest_ = 0x9f;
  if (byte == 0xf0) lowest_ = 0x90;
  if (byte == 0xf4) highest_ = 0x8f;
  return true;
}

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

}  // namespace belfry::ws
