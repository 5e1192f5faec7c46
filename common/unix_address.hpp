// The address of a Unix socket: a path that fits into sockaddr_un.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <string>

#include "common/result.hpp"

namespace belfry {

inline constexpr std::size_t kLongestSocketPath = sizeof(sockaddr_un::sun_path) - 1;

struct UnixAddress {
  sockaddr_un storage = {.sun_family = AF_UNIX, .sun_path = {}};

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  socklen_t length() const { return sizeof storage; }
};

// An Error for a path that is too long; check_settings() lets no such one through.
Result<UnixAddress> unix_address(const std::string& path);

}  // namespace belfry
