#include "tools/human.hpp"

#include <fmt/format.h>

#include <span>
#include <string_view>

namespace belfry::tools {
namespace {

// Divides until the number is short; one decimal below 10. 9.96 is "10", not "10.0".
std::string scaled(std::uint64_t amount, unsigned step, std::span<const std::string_view> units) {
  auto number = static_cast<double>(amount);
  std::size_t unit = 0;
  while (number >= step - 0.5 && unit + 1 < units.size()) {
    number /= step;
    ++unit;
  }
  return unit > 0 && number < 9.95 ? fmt::format("{:.1f}{}", number, units[unit])
                                   : fmt::format("{:.0f}{}", number, units[unit]);
}

}  // namespace

std::string human_bytes(std::uint64_t bytes) {
  static constexpr std::string_view kUnits[] = {"", "K", "M", "G", "T", "P"};
  return scaled(bytes, 1024, kUnits);
}

std::string human_count(std::uint64_t count) {
  static constexpr std::string_view kUnits[] = {"", "k", "M", "G", "T"};
  return scaled(count, 1000, kUnits);
}

std::string human_seconds(double seconds) {
  const auto s = static_cast<std::uint64_t>(seconds);
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3'600) return fmt::format("{}m", s / 60);
  if (s < 86'400) return fmt::format("{}h{}m", s / 3'600, s % 3'600 / 60);
  return fmt::format("{}d{}h", s / 86'400, s % 86'400 / 3'600);
}

std::string human_microseconds(std::uint64_t count) {
  static constexpr std::string_view kUnits[] = {"us", "ms", "s"};
  return scaled(count, 1000, kUnits);
}

}  // namespace belfry::tools
