// The configuration that the supervisor hands to a worker, as a sealed memfd that holds TOML.
#pragma once

#include <string>

#include "common/result.hpp"
#include "common/settings.hpp"

namespace belfry::worker {

Result<Settings> read_settings_order(int memfd);

}  // namespace belfry::worker
