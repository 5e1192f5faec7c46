// The configuration of a server from everywhere: default < files < environment < flag. The supervisor's and the CLI's
// side; a worker gets the result as a text and calls parse_settings() (settings_file.hpp).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/config_files.hpp"
#include "common/result.hpp"
#include "common/settings.hpp"
#include "common/settings_file.hpp"
#include "common/settings_text.hpp"

namespace belfry {

// What flags said, by the key of their option: {"redis.url", "unix:///..."}.
using FlagValues = std::map<std::string, std::string>;

// The whole, checked configuration; runtime_dir, admin_socket and the development app are filled in.
Result<Settings> load_settings(const std::optional<std::string>& file, const Environment& environment,
                               const FlagValues& flags);

// Where the node of this configuration has its admin socket. Less than load_settings(): credentials, which are the
// node's alone, are not read, and nothing is said about how the options fit together.
Result<std::string> find_admin_socket(const std::optional<std::string>& file, const Environment& environment,
                                      const FlagValues& flags);

// /run/belfry for root, else $RUNTIME_DIRECTORY (a systemd unit's), else $XDG_RUNTIME_DIR/belfry, else /tmp/belfry-UID.
std::string default_runtime_dir(const Environment& environment);

}  // namespace belfry
