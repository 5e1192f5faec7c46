#include "worker/pusher/json_text.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace belfry::pusher {
namespace {

// What follows the backslash; 0: the byte stands for itself.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  for (std::size_t control = 0; control < 0x20; ++control) escapes[control] = 'u';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}();

// Whether one of eight bytes is `value`, or below it (Bit Twiddling Hacks, "Determine if a word has a byte less than
// n").
constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighs = 0x8080808080808080;
constexpr bool has_below(std::uint64_t word, std::uint64_t value) {
  return ((word - kOnes * value) & ~word & kHighs) != 0;
}
constexpr bool has(std::uint64_t word, std::uint64_t value) { return has_below(word ^ (kOnes * value), 1); }

// The index of the first byte from `i` on that must be escaped, or the size.
std::size_t find_escape(std::string_view text, std::size_t i) {
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, sizeof word);
    if (has_below(word, 0x20) || has(word, '"') || has(word, '\\')) break;
  }
  while (i < text.size() && kEscapes[static_cast<unsigned char>(text[i])] == 0) ++i;
  return i;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t done = 0; done < text.size();) {
    const std::size_t next = find_escape(text, done);
    out.append(text, done, next - done);
    if (next == text.size()) return;
    const auto byte = static_cast<unsigned char>(text[next]);
    out += '\\';
    out += kEscapes[byte];
    if (kEscapes[byte] == 'u') {
      out += "00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
    done = next + 1;
  }
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  out.reserve(text.size() + 2);
  append_escaped(out, text);
  return out += '"';
}

}  // namespace belfry::pusher
