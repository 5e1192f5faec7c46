// The value of an option on its way between text and Settings: type and range are checked here, once for file,
// environment and flags. Knows neither the file's format nor where a value came from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/option.hpp"
#include "common/result.hpp"

namespace belfry {

// Something that no option can be; `name` completes "is ...".
struct Unusable {
  std::string name;
};

// A value as it was written, before anybody asked whether it fits.
using RawValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>, Unusable>;

// Reads what a flag or a variable holds; lists are separated by commas.
RawValue raw_value(const Field& field, const std::string& text);

// Stores the value, or says what is wrong and what is expected, in words that follow the key ("workers" + " is 0,
// expected ..."). Text is never quoted back unless it is one of a few known words: it may be a secret.
Result<void> assign(const Field& field, const Rule& rule, const RawValue& value);

// What a value has to be: "a whole number from 1 to 1024 or \"auto\"".
std::string expected_value(const Field& field, const Rule& rule);

// The value as TOML.
std::string toml_value(const Field& field, const Rule& rule);

}  // namespace belfry
