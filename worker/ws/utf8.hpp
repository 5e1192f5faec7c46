// UTF-8 (RFC 3629) as it arrives: fails at the first byte that no continuation could make valid, also inside an
// unfinished frame or character. Whole texts are checked by simdjson, which is faster; this is for the pieces.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace belfry::ws {

class Utf8Validator {
 public:
  // False as soon as the text so far cannot be the beginning of valid UTF-8; then reset() before the next text.
  bool feed(std::span<const std::uint8_t> bytes);
  bool complete() const { return missing_ == 0; }  // not in the middle of a character
  void reset() { *this = {}; }

 private:
  bool feed_byte(std::uint8_t byte);
  bool begin_character(std::uint8_t byte);

  std::uint8_t missing_ = 0;    // continuation bytes still to come
  std::uint8_t lowest_ = 0x80;  // bounds of the next one: E0, ED, F0 and F4 narrow them
  std::uint8_t highest_ = 0xbf;
};

bool is_utf8(std::string_view text);

}  // namespace belfry::ws
