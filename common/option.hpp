// What one row of the option tables (option_table.hpp) says about an option of Owner: Settings, or AppSettings for
// [[app]]. File key, flag, variable, help, default, range and the sample file all come from the row; the default is
// what a default-constructed Owner holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/clock.hpp"
#include "common/result.hpp"

namespace belfry {

// Where an option's value lies. Its type decides how the option is written: true, 42, "10s", "text", ["a", "b"].
using Field = std::variant<bool*, std::uint32_t*, Milliseconds*, std::string*, std::vector<std::string>*>;

struct Anything {};

// For an integer its bounds, for a duration in milliseconds.
struct Range {
  std::uint64_t min;
  std::uint64_t max;
  std::string_view word_for_zero = {};  // a word that may be written in place of a number, held as 0
};

struct OneOf {
  std::vector<std::string_view> words;  // integers too, as they are written
};

// For text, and for each text of a list.
struct Checked {
  std::string_view expected;  // completes "expected ..."
  Result<void> (*check)(const std::string& text);
};

using Rule = std::variant<Anything, Range, OneOf, Checked>;

// When a changed file takes effect.
enum class Applies { at_reload, at_restart };

template <typename Owner>
struct Option {
  std::string_view key;  // as in the file: redis.url
  Field (*field)(Owner& owner);
  Rule rule;
  Applies applies;
  std::string_view help;
  std::string_view example = {};  // TOML; shown, commented, where leaving the key out differs from writing its default
};

std::string flag_of(std::string_view key);      // redis.ready_grace -> --redis-ready-grace
std::string variable_of(std::string_view key);  // redis.ready_grace -> BELFRY_REDIS_READY_GRACE

// redis.ready_grace -> redis; empty for a key without a section.
std::string_view section_of(std::string_view key);

}  // namespace belfry
