#include "tools/message_line.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using belfry::tools::binary_line;
using belfry::tools::printable_line;

TEST_CASE("ordinary text is printed as it is") {
  CHECK(printable_line("gr\xc3\xbc\xc3\x9f dich, \xf0\x9f\x94\x94\t{\"a\":\"\\n\"}") ==
        "gr\xc3\xbc\xc3\x9f dich, \xf0\x9f\x94\x94\t{\"a\":\"\\n\"}");
  CHECK(printable_line("").empty());
}

TEST_CASE("no message can make a second line or command the terminal") {
  CHECK(printable_line("a\nb\r") == "a\\nb\\r");
  CHECK(printable_line("\x1b]0;title\x07\x7f") == "\\x1b]0;title\\x07\\x7f");
  CHECK(printable_line(std::string_view("\0", 1)) == "\\x00");
  CHECK(printable_line("\xc2\x9b\x32J") == "\\u009b2J");
  CHECK(printable_line("\xc2\xa0") == "\xc2\xa0");
}

TEST_CASE("a binary message is shown by its length and first 32 bytes") {
  CHECK(binary_line({}) == "<binary 0 bytes>");
  CHECK(binary_line(std::vector<std::uint8_t>{0, 255}) == "<binary 2 bytes: 00 ff>");
  const auto line = binary_line(std::vector<std::uint8_t>(33, 0xab));
  CHECK(line.starts_with("<binary 33 bytes: ab"));
  CHECK(line.ends_with("ab ...>"));
  CHECK(line.size() == std::string_view("<binary 33 bytes: ...>").size() + 32 * 3);
}
