// The members of a JSON object that a protocol knows, found in one pass. A known name that comes twice is a fault:
// readers disagree on which one counts, and one of them may be what was signed or checked.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "worker/pusher/json_document.hpp"

namespace belfry::pusher {

template <std::size_t N>
class JsonMembers {
 public:
  explicit constexpr JsonMembers(const std::array<std::string_view, N>& names) : names_(names) {}

  // Why not, as the end of a sentence that begins with what `element` is; or nullopt.
  std::optional<std::string> read(simdjson::dom::element element) {
    simdjson::dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return "is not a JSON object";
    std::size_t n = 0;
    for (const auto member : object) {
      if (auto fault = take(member.key, member.value, n++)) return fault;
    }
    return std::nullopt;
  }

  // The value of the ith name; nullptr: it is absent or null.
  const simdjson::dom::element* operator[](std::size_t i) const {
    return values_[i] && !values_[i]->element.is_null() ? &values_[i]->element : nullptr;
  }
  bool has(std::size_t i) const { return values_[i].has_value(); }
  // Its bytes in the text of the object; empty: it is absent.
  std::string_view raw(std::size_t i, std::string_view text) const {
    return values_[i] ? raw_value(text, values_[i]->position) : std::string_view{};
  }

 private:
  struct Value {
    simdjson::dom::element element;
    std::size_t position;  // among the members
  };

  std::optional<std::string> take(std::string_view key, simdjson::dom::element value, std::size_t position) {
    for (std::size_t i = 0; i < N; ++i) {
      if (names_[i] != key) continue;
      if (values_[i]) return fmt::format("has the member {} twice", key);
      values_[i] = Value{value, position};
    }
    return std::nullopt;
  }

  std::array<std::string_view, N> names_;
  std::array<std::optional<Value>, N> values_;
};

template <std::size_t N>
JsonMembers(const std::array<std::string_view, N>&) -> JsonMembers<N>;

}  // namespace belfry::pusher
