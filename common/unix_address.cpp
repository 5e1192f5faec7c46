#include "common/unix_address.hpp"

#include <cstring>

namespace belfry {

Result<UnixAddress> unix_address(const std::string& path) {
  if (path.size() > kLongestSocketPath)
    return Unexpected(path + ": a socket's path has at most " + std::to_string(kLongestSocketPath) + " bytes");
  UnixAddress address;
  std::memcpy(address.storage.sun_path, path.data(), path.size());
  return address;
}

}  // namespace belfry
