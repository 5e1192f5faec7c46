#include "worker/pusher/json_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

#include "common/assert.hpp"

namespace belfry::pusher {
namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kSmallest = 1024;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool may_be_in_number(char c) { return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'; }

bool skip_digits(std::string_view& text) {
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(count);
  return count > 0;
}

// RFC 8259, section 6.
bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with('0')) text.remove_prefix(1);
  else if (!skip_digits(text)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!skip_digits(text)) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (!skip_digits(text)) return false;
  }
  return text.empty();
}

// The index behind the string that begins at `i`, or the end of the text.
std::size_t behind_string(std::string_view text, std::size_t i) {
  for (++i; i < text.size() && text[i] != '"'; ++i)
    if (text[i] == '\\') ++i;
  return std::min(i + 1, text.size());
}

// JavaScript writes 1e20 as 21 digits, which simdjson refuses to read. Each number becomes as many bytes of a small
// one.
void replace_numbers(std::span<char> buffer) {
  const std::string_view text(buffer.data(), buffer.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '"') {
      i = behind_string(text, i);
    } else if (is_digit(text[i]) || text[i] == '-') {
      std::size_t end = i;
      while (end < text.size() && may_be_in_number(text[end])) ++end;
      if (is_number(text.substr(i, end - i))) {
        std::fill_n(buffer.begin() + static_cast<std::ptrdiff_t>(i), end - i, ' ');
        buffer[i] = '0';
      }
      i = end;
    } else {
      ++i;
    }
  }
}

// Our own words: simdjson's differ from version to version.
std::string reason_for(simdjson::error_code code) {
  switch (code) {
    case simdjson::EMPTY: return "is empty";
    case simdjson::CAPACITY: return "is too large";
    case simdjson::DEPTH_ERROR: return fmt::format("is nested deeper than {} levels", kMaxDepth);
    case simdjson::UTF8_ERROR: return "is not valid UTF-8";
    case simdjson::UNCLOSED_STRING: return "is not JSON: a string has no end";
    case simdjson::UNESCAPED_CHARS: return "is not JSON: a string holds a control character that is not escaped";
    case simdjson::STRING_ERROR: return "is not JSON: a string has an escape that does not exist";
    case simdjson::NUMBER_ERROR: return "is not JSON: a number is malformed";
    default: return "is not JSON";
  }
}

}  // namespace

std::optional<std::string> JsonDocument::parse(std::string_view text) {
  root_ = {};
  if (text.starts_with("\xef\xbb\xbf")) return "is not JSON: it begins with a byte order mark";
  copy(text);
  simdjson::error_code code = read(text.size());
  if (code != simdjson::SUCCESS) {  // which code says "number too large" depends on the version
    replace_numbers({buffer_.get(), text.size()});
    code = read(text.size());
  }
  if (code != simdjson::SUCCESS) return reason_for(code);
  return std::nullopt;
}

void JsonDocument::copy(std::string_view text) {
  if (!buffer_ || room_ < text.size()) {
    room_ = std::bit_ceil(std::max(text.size(), kSmallest));
    buffer_ = std::make_unique<char[]>(room_ + simdjson::SIMDJSON_PADDING);
  }
  if (!text.empty()) std::memcpy(buffer_.get(), text.data(), text.size());
  std::memset(buffer_.get() + text.size(), 0, simdjson::SIMDJSON_PADDING);
}

simdjson::error_code JsonDocument::read(std::size_t size) {
  if (parser_.capacity() < room_)
    if (const simdjson::error_code code = parser_.allocate(room_, kMaxDepth)) return code;
  return parser_.parse(buffer_.get(), size, false).get(root_);
}

RawValues::RawValues(std::string_view text) : text_(text), next_(std::min(text.find_first_of("{["), text.size())) {
  BELFRY_ASSERT(next_ < text.size());
  object_ = text[next_++] == '{';
}

std::string_view RawValues::next() {
  std::size_t start = next_;
  std::size_t end = next_;
  for (int depth = 0; depth >= 0 && end < text_.size();) {
    const char c = text_[end];
    if (c == '"') {
      end = behind_string(text_, end);
      continue;
    }
    if (depth == 0 && c == ',') break;
    if (depth == 0 && object_ && c == ':') start = end + 1;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth >= 0) ++end;
  }
  next_ = end + 1;
  while (start < end && is_space(text_[start])) ++start;
  while (end > start && is_space(text_[end - 1])) --end;
  BELFRY_ASSERT(start < end);  // there was one
  return text_.substr(start, end - start);
}

std::string_view raw_value(std::string_view object_or_array, std::size_t n) {
  RawValues values(object_or_array);
  while (n-- > 0) values.next();
  return values.next();
}

std::optional<std::string_view> string_of(simdjson::dom::element element) {
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

}  // namespace belfry::pusher
