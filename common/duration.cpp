#include "common/duration.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace belfry {
namespace {

struct Unit {
  std::string_view suffix;
  Milliseconds length;
};
constexpr std::array kUnits = {Unit{"h", std::chrono::hours(1)}, Unit{"m", std::chrono::minutes(1)},
                               Unit{"s", Seconds(1)}, Unit{"ms", Milliseconds(1)}};

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.suffix == suffix; });
  if (unit == kUnits.end()) return std::nullopt;
  return number * unit->length;
}

std::string duration_text(Milliseconds duration) {
  if (duration == Milliseconds(0)) return "0s";
  const auto fits = [&](const Unit& unit) { return duration % unit.length == Milliseconds(0); };
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), fits);
  return std::to_string(duration / unit->length) + std::string(unit->suffix);
}

}  // namespace belfry
