// The configuration of a server from everywhere: default < file < environment < flag. The supervisor's and the CLI's
// side; a worker gets the result as a text and calls parse_settings() (settings_file.hpp).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "common/result.hpp"
#include "common/settings.hpp"
#include "common/settings_file.hpp"
#include "common/settings_text.hpp"

namespace belfry {

inline constexpr const char* kDefaultConfigFile = "/etc/belfry/belfry.toml";

// The value of a variable; nullopt where it is not set. An empty one counts as not set.
using Environment = std::function<std::optional<std::string>(const std::string& variable)>;
Environment process_environment();

// What flags said, by the key of their option: {"redis.url", "unix:///..."}.
using FlagValues = std::map<std::string, std::string>;

// The file that is read: `file` if one is named, else the default one if it exists.
std::optional<std::string> config_file(std::optional<std::string> file);

// The whole, checked configuration; runtime_dir, admin_socket and the development app are filled in.
Result<Settings> load_settings(std::optional<std::string> file, const Environment& environment,
                               const FlagValues& flags);

// /run/belfry for root, else $XDG_RUNTIME_DIR/belfry, else /tmp/belfry-UID.
std::string default_runtime_dir(const Environment& environment);

}  // namespace belfry
