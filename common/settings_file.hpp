// The configuration file, read: TOML whose keys are the rows of option_table.hpp and nothing else. The format's library
// stays inside the .cpp. What is written is settings_text.hpp.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "common/result.hpp"
#include "common/settings.hpp"

namespace belfry {

// Stores what `toml` holds over what `settings` has and returns the keys that were written ("raw.enabled"). Each value
// is range-checked; how they fit together is settings_checks.hpp. An Error begins with `name`:LINE. `settings` is then
// half-written.
Result<std::set<std::string>> read_settings(Settings& settings, std::string_view toml, const std::string& name);

// Whole Settings from a text alone, fully checked: no environment, no defaults but those of Settings. A worker reads
// what the supervisor wrote with to_toml().
Result<Settings> parse_settings(std::string_view toml, const std::string& name);

}  // namespace belfry
