#include "tools/bench/stamp.hpp"

#include <algorithm>
#include <array>

namespace belfry::bench {
namespace {

constexpr std::string_view kMark = "belfry-bench:";
constexpr std::size_t kRunAt = kMark.size();
constexpr std::size_t kNumberAt = kRunAt + 8 + 1;
constexpr std::size_t kTimeAt = kNumberAt + 16 + 1;
static_assert(kTimeAt + 16 + 1 == kStampSize);

constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> kDigits = [] {
  std::array<std::uint8_t, 256> digits;
  digits.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 10; ++i) digits['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) digits['a' + i] = static_cast<std::uint8_t>(10 + i);
  return digits;
}();

void write_hex(char* to, std::uint64_t value, std::size_t width) {
  for (std::size_t i = width; i-- > 0; value >>= 4) to[i] = "0123456789abcdef"[value & 0xf];
}

// False: one of them is no digit.
bool read_hex(std::string_view text, std::uint64_t& value) {
  std::uint8_t all = 0;
  value = 0;
  for (const char c : text) {
    const std::uint8_t digit = kDigits[static_cast<std::uint8_t>(c)];
    all |= digit;
    value = value << 4 | digit;
  }
  return all < 16;
}

}  // namespace

StampedText::StampedText(std::size_t size) : text_(std::max(size, kStampSize), 'x') {
  std::ranges::copy(kMark, text_.begin());
  for (const std::size_t at : {kNumberAt, kTimeAt, kStampSize}) text_[at - 1] = ':';
}

std::string_view StampedText::of(const Stamp& stamp) {
  write_hex(&text_[kRunAt], stamp.run, 8);
  write_hex(&text_[kNumberAt], stamp.number, 16);
  write_hex(&text_[kTimeAt], stamp.intended_ns, 16);
  return text_;
}

std::optional<Stamp> StampFinder::find(std::string_view message) {
  if (message.substr(std::min(place_, message.size())).substr(0, kMark.size()) != kMark) {
    const std::size_t found = message.find(kMark);
    if (found == std::string_view::npos) return std::nullopt;
    place_ = found;
  }
  const std::string_view text = message.substr(place_);
  if (text.size() < kStampSize) return std::nullopt;
  std::uint64_t run = 0;
  Stamp stamp;
  if (!read_hex(text.substr(kRunAt, 8), run) || !read_hex(text.substr(kNumberAt, 16), stamp.number) ||
      !read_hex(text.substr(kTimeAt, 16), stamp.intended_ns))
    return std::nullopt;
  stamp.run = static_cast<std::uint32_t>(run);
  return stamp;
}

}  // namespace belfry::bench
