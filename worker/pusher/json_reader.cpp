#include "worker/pusher/json_reader.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace belfry::pusher {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kSmallest = 1024;
constexpr std::size_t kLargestKept = std::size_t{64} * 1024;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

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

[[noreturn]] void fail(simdjson::error_code code) { throw simdjson::simdjson_error(code); }

void check_depth(std::size_t depth) {
  if (depth > kMaxDepth) fail(simdjson::DEPTH_ERROR);
}

void check_scalar(std::string_view raw) {
  if (raw == "true" || raw == "false" || raw == "null" || is_number(raw)) return;
  fail(raw.find_first_of("-0123456789") == 0 ? simdjson::NUMBER_ERROR : simdjson::TAPE_ERROR);
}

// Reads the value and all that is in it, or throws. Numbers are left as text: JavaScript writes 1e20 as 21 digits,
// which no machine type holds.
JsonValue read_value(ondemand::value value, std::size_t depth, bool with_elements) {
  JsonValue result{trimmed(value.raw_json_token()), {}, {}};
  if (result.is_string()) {
    result.text = value.get_string();
  } else if (result.is_array()) {
    check_depth(depth);
    ondemand::array array = value.get_array();
    for (ondemand::value element : array) {
      JsonValue read = read_value(element, depth + 1, false);
      if (with_elements) result.elements.push_back(std::move(read));
    }
    result.raw = trimmed(array.raw_json());
  } else if (result.is_object()) {
    check_depth(depth);
    ondemand::object object = value.get_object();
    for (ondemand::field field : object) {
      field.unescaped_key().value();
      read_value(field.value(), depth + 1, false);
    }
    result.raw = trimmed(object.raw_json());
  } else {
    check_scalar(result.raw);
  }
  return result;
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

// The members of the root, and which of them came twice.
std::optional<std::string> read_members(ondemand::document& document, std::span<const std::string_view> names,
                                        std::string_view list, std::span<JsonValue> members) {
  std::optional<std::string> fault;
  ondemand::object object = document.get_object();
  for (ondemand::field field : object) {
    const std::string_view name = field.unescaped_key();
    const auto known = std::ranges::find(names, name);
    JsonValue value = read_value(field.value(), 2, known != names.end() && name == list);
    if (known == names.end()) continue;
    JsonValue& member = members[static_cast<std::size_t>(known - names.begin())];
    if (!member.is_absent()) fault = fmt::format("has the member {} twice", name);
    member = std::move(value);
  }
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) fail(simdjson::TAPE_ERROR);
  return fault;
}

}  // namespace

struct JsonReader::Memory {
  ondemand::document read(std::string_view text);

  ondemand::parser parser;
  std::unique_ptr<char[]> buffer;  // the text and simdjson's padding
  std::size_t room = 0;            // of `buffer`, without the padding
};

ondemand::document JsonReader::Memory::read(std::string_view text) {
  if (!buffer || text.size() > room || (room > kLargestKept && text.size() <= kLargestKept)) {
    room = std::bit_ceil(std::max(text.size(), kSmallest));
    buffer = std::make_unique<char[]>(room + simdjson::SIMDJSON_PADDING);
    parser = ondemand::parser();
    if (const simdjson::error_code code = parser.allocate(room)) fail(code);
  }
  if (!text.empty()) std::memcpy(buffer.get(), text.data(), text.size());
  std::memset(buffer.get() + text.size(), 0, simdjson::SIMDJSON_PADDING);
  return parser.iterate(buffer.get(), text.size(), room + simdjson::SIMDJSON_PADDING);
}

JsonReader::JsonReader() : memory_(std::make_unique<Memory>()) {}
JsonReader::~JsonReader() = default;

std::optional<std::string> JsonReader::read(std::string_view text, std::span<const std::string_view> names,
                                            std::string_view list, std::span<JsonValue> members) {
  if (text.starts_with("\xef\xbb\xbf")) return "is not JSON: it begins with a byte order mark";
  try {
    ondemand::document document = memory_->read(text);
    if (!trimmed(text).starts_with('{')) return "is not a JSON object";
    return read_members(document, names, list, members);
  } catch (const simdjson::simdjson_error& error) {
    return reason_for(error.error());
  }
}

}  // namespace belfry::pusher
