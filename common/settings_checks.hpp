// How the options fit together; what one value alone may be is its row's business (option_table.hpp).
#pragma once

#include "common/result.hpp"
#include "common/settings.hpp"

namespace belfry {

Result<void> check_settings(const Settings& settings);

// On an address that other machines reach, raw broadcast is on only where raw.enabled says so, and something must be
// on: an [[app]] or raw broadcast. Nobody opens a broadcast to the world by forgetting a line.
Result<void> settle_exposure(Settings& settings, bool raw_enabled_is_written);

bool listens_on_loopback_only(const Settings& settings);

}  // namespace belfry
