#include "tools/ws_close.hpp"

#include <doctest/doctest.h>

using namespace belfry::tools;

TEST_CASE("a close is told with its reason, or with what its code means") {
  CHECK(parse_close("\x03\xe9").to_string() == "1001 going away");
  CHECK(parse_close("\x03\xf5").to_string() == "1013 try again later");
  CHECK(parse_close("\x10\x68server stops").to_string() == "4200 server stops");
  CHECK(parse_close("\x10\x68").to_string() == "4200");
  CHECK(parse_close("").to_string() == "1005 no code given");
  CHECK(parse_close("\x03\xe8\x1b[2J").to_string() == "1000 \\x1b[2J");
}
