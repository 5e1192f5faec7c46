// Reads JSON objects without building a tree of them: of one text the members that somebody asks for. The whole text is
// checked, also what nobody asks for: RFC 8259, valid UTF-8, at most 32 levels, no byte order mark, no lone surrogates,
// nothing behind the object. A known name that comes twice is a fault: readers disagree on which one counts, and one of
// them may be what was signed or checked. This is the only place that sees simdjson's faults; no exceptions come out.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"

namespace belfry::pusher {

// Views into what JsonReader read.
struct JsonValue {
  std::string_view raw;             // its bytes; empty: it is absent
  std::string_view text;            // of a string: what it says
  std::vector<JsonValue> elements;  // of the member that read() was told to be a list; theirs are not told

  bool is_absent() const { return raw.empty(); }
  bool is_absent_or_null() const { return is_absent() || raw == "null"; }
  bool is_string() const { return raw.starts_with('"'); }
  bool is_object() const { return raw.starts_with('{'); }
  bool is_array() const { return raw.starts_with('['); }
};

class JsonReader {
 public:
  JsonReader();
  ~JsonReader();

  // The members of the object with these names; `list` is one of them, or empty. An error is the end of a sentence that
  // begins with what `text` is ("is not JSON: ..."). Views live until the next read(). It keeps memory for texts of up
  // to 64 KB.
  template <std::size_t N>
  Result<std::array<JsonValue, N>> read(std::string_view text, const std::array<std::string_view, N>& names,
                                        std::string_view list = {}) {
    std::array<JsonValue, N> members;
    if (auto fault = read(text, names, list, members)) return Unexpected(std::move(*fault));
    return members;
  }

 private:
  struct Memory;

  std::optional<std::string> read(std::string_view text, std::span<const std::string_view> names, std::string_view list,
                                  std::span<JsonValue> members);

  std::unique_ptr<Memory> memory_;
};

}  // namespace belfry::pusher
