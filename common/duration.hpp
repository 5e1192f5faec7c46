// Durations as the configuration writes them: a whole number and its unit, one of ms, s, m and h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/clock.hpp"

namespace belfry {

// nullopt for anything but "250ms", "10s", "2m", "1h" and their like; numbers above 32 bits are none.
std::optional<Milliseconds> parse_duration(std::string_view text);

// The largest unit that fits exactly; parse_duration() reads it back.
std::string duration_text(Milliseconds duration);

}  // namespace belfry
