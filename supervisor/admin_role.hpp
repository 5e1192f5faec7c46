// What a client of the admin socket may do.
#pragma once

#include <cstdint>

namespace belfry::supervisor {

enum class AdminRole : std::uint8_t {
  none,
  read_only,  // see how everything is
  control,    // and change it
};

}  // namespace belfry::supervisor
