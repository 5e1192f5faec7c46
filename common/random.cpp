#include "common/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <vector>

#include "common/assert.hpp"
#include "common/hex.hpp"

namespace belfry {

void fill_random(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    BELFRY_ASSERT(got >= 0 || errno == EINTR);
    if (got > 0) bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

std::string random_hex(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  fill_random(bytes);
  return to_hex(bytes);
}

}  // namespace belfry
