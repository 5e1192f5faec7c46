#include "common/hex.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "common/random.hpp"

namespace belfry {
namespace {

TEST_CASE("each byte is two lower-case digits") {
  CHECK(to_hex(std::vector<std::uint8_t>{}) == "");
  CHECK(to_hex(std::vector<std::uint8_t>{0x00, 0x0f, 0xa0, 0xff}) == "000fa0ff");
  CHECK(random_hex(16).size() == 32);
}

}  // namespace
}  // namespace belfry
