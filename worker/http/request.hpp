// A request that passed the parser. All views point into the bytes that it was parsed from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace belfry::http {

inline constexpr std::size_t kMaxFields = 64;
inline constexpr std::size_t kMaxTarget = 8 * 1024;

struct Field {
  std::string_view name;   // as it came
  std::string_view value;  // without white space around it
};

struct Request {
  std::string_view method;
  std::string_view target;  // as it came
  std::string_view path;    // of the target, still percent-encoded
  std::string_view query;   // behind the '?', may be empty
  std::string_view rest;    // of the path, behind the prefix that chose the handler (router.hpp)
  std::string_view body;
  unsigned version = 11;  // 10 or 11
  std::array<Field, kMaxFields> fields;
  std::size_t field_count = 0;

  std::span<const Field> all_fields() const { return {fields.data(), field_count}; }
  // First value of the field; names are compared without case (RFC 9110, section 5.1).
  std::optional<std::string_view> field(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  // Whether a comma-separated list field, over all its lines, has `token`, compared without case.
  bool has_token(std::string_view name, std::string_view token) const;
  bool keep_alive() const;
};

bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace belfry::http
