// The configuration that the supervisor hands to a worker, read from its sealed memfd.
#pragma once

#include "common/result.hpp"
#include "common/settings_order.hpp"

namespace belfry::worker {

Result<SettingsOrder> read_settings_order(int memfd);

}  // namespace belfry::worker
