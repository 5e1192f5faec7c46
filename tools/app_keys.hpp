// What signs in the name of an app: its id and one of its key pairs, out of the configuration.
#pragma once

#include <string>
#include <string_view>

#include "common/result.hpp"
#include "common/settings.hpp"

namespace belfry::tools {

struct AppKeys {
  std::string id;
  std::string key;
  std::string secret;
};

// By id or by key; a previous key brings its own secret. The Error names the apps that there are.
Result<AppKeys> find_app_keys(const Settings& settings, std::string_view id_or_key);

}  // namespace belfry::tools
