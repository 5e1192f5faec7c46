// Which Redis a node runs by itself, and how it is configured. Nothing is started here: that is managed_redis.hpp.
#pragma once

#include <string>

#include "common/result.hpp"

namespace belfry::supervisor {

// The path of an installed program; the Error says what to install.
Result<std::string> find_redis_program();
// The program's whole configuration.
std::string redis_configuration(const std::string& directory, const std::string& socket);

}  // namespace belfry::supervisor
