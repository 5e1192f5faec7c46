// From the configuration's words to the logger.
#pragma once

#include <string>

#include "common/log.hpp"
#include "common/settings.hpp"

namespace belfry::log {

// As setup() in log.hpp, from checked settings.
void setup(std::string process, const LogSettings& settings);

}  // namespace belfry::log
