// Settings, written as TOML that settings_file.hpp reads back: the effective configuration, and the sample.
#pragma once

#include <string>

#include "common/settings.hpp"

namespace belfry {

// Every option with its value, secrets included; parse_settings() makes equal Settings of it.
std::string to_toml(const Settings& settings);

// The same with "***" in place of every secret: for people.
std::string to_toml_without_secrets(Settings settings);

// The commented sample: every option with its help and default. It loads back as the defaults; keys that mean something
// by being there at all (Option::example) are comments.
std::string sample_config();

}  // namespace belfry
