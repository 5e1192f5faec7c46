// Which files make up the configuration, in the order in which they are read; a later one wins key by key, and [[app]]
// adds up:
//
//   1. the file that is named, else /etc/belfry/belfry.toml if it exists
//   2. belfry.d/*.toml in the directory of that file, in lexical order
//   3. *.toml in $CREDENTIALS_DIRECTORY (LoadCredential= of a systemd unit), in lexical order
//
// Names that begin with a dot are left out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/result.hpp"

namespace belfry {

inline constexpr const char* kDefaultConfigFile = "/etc/belfry/belfry.toml";

// The value of a variable; nullopt where it is not set. An empty one counts as not set.
using Environment = std::function<std::optional<std::string>(const std::string& variable)>;
Environment process_environment();

// An Error for a directory that cannot be read or into which others could put files.
Result<std::vector<std::string>> config_files(const std::optional<std::string>& named, const Environment& environment);

}  // namespace belfry
