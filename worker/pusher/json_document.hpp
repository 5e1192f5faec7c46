// A text of at most 32 levels that is read as JSON and nothing else: RFC 8259, valid UTF-8, no byte order mark, nothing
// behind the value, no lone surrogates; the whole of it is checked, also what nobody looks at. Reused for many texts:
// it keeps its memory. This is the only place that sees simdjson's faults; no exceptions come out.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::pusher {

class JsonDocument {
 public:
  // Why `text` is not such a text, as the end of a sentence that begins with what it is ("is not JSON: ..."); or
  // nullopt. What was read before is gone. A number that no machine type holds is valid JSON but reads as 0: use its
  // raw text.
  std::optional<std::string> parse(std::string_view text);
  simdjson::dom::element root() const { return root_; }  // lives until the next parse()

 private:
  void copy(std::string_view text);
  simdjson::error_code read(std::size_t size);

  simdjson::dom::parser parser_;
  std::unique_ptr<char[]> buffer_;  // the text and simdjson's padding
  std::size_t room_ = 0;            // of buffer_, without the padding
  simdjson::dom::element root_;
};

// The bytes of the members' values or of the elements, one after the other, in a text that parse() found to be a JSON
// object or array.
class RawValues {
 public:
  explicit RawValues(std::string_view object_or_array);
  std::string_view next();  // there must be one

 private:
  std::string_view text_;
  std::size_t next_;  // where the next member or element begins
  bool object_;
};

// The nth of them.
std::string_view raw_value(std::string_view object_or_array, std::size_t n);

// The element's text where it is a string.
std::optional<std::string_view> string_of(simdjson::dom::element element);

}  // namespace belfry::pusher
