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

TEST_CASE("only exactly so many bytes are read back") {
  std::vector<std::uint8_t> bytes(4);
  CHECK(from_hex("000fa0ff", bytes));
  CHECK(bytes == std::vector<std::uint8_t>{0x00, 0x0f, 0xa0, 0xff});
  for (const char* text : {"", "000fa0f", "000fa0ff0", "000fa0fg", "+00fa0ff", "00 fa0ff"})
    CHECK_FALSE(from_hex(text, bytes));
}

}  // namespace
}  // namespace belfry
