#include "common/unix_address.hpp"

#include <doctest/doctest.h>

namespace belfry {
namespace {

TEST_CASE("a path of 107 bytes is the longest that a socket can have") {
  const std::string longest(107, 'a');
  auto address = unix_address(longest);
  REQUIRE(address);
  CHECK(address->storage.sun_family == AF_UNIX);
  CHECK(std::string(address->storage.sun_path) == longest);
  CHECK_FALSE(unix_address(longest + "a"));
}

}  // namespace
}  // namespace belfry
