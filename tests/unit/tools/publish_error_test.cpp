#include "tools/publish_error.hpp"

#include <doctest/doctest.h>

using belfry::tools::publish_error;

TEST_CASE("the server's report of a message that was not published is recognised") {
  CHECK(publish_error(R"({"error":"not_published","reason":"Redis is away"})") == "not_published: Redis is away");
}

TEST_CASE("other messages are no publish error") {
  CHECK_FALSE(publish_error("hello"));
  CHECK_FALSE(publish_error(""));
  CHECK_FALSE(publish_error("{"));
  CHECK_FALSE(publish_error(R"({"error":"x"})"));
  CHECK_FALSE(publish_error(R"({"error":1,"reason":"x"})"));
  CHECK_FALSE(publish_error(R"(["error","reason"])"));
}
