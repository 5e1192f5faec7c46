#include "worker/pusher/envelope.hpp"

#include <doctest/doctest.h>

namespace belfry::pusher {

TEST_CASE("what is wrapped is unwrapped") {
  const std::string everybody = wrap("", "text with spaces");
  CHECK(everybody == "1 - - text with spaces");
  const auto envelope = unwrap(everybody);
  REQUIRE(envelope);
  CHECK_FALSE(envelope->excluded.has_value());
  CHECK(envelope->number == 0);
  CHECK(envelope->text == "text with spaces");
  const std::string others = wrap("12.34", "");
  CHECK(unwrap(others)->excluded == ws::SessionId{12, 34});
}

TEST_CASE("an event that is not kept says when it was published") {
  const std::string payload = wrap("12.34", "0a1b2c3d.567", "a text");
  CHECK(payload == "2 12.34 0a1b2c3d.567 a text");
  const auto envelope = unwrap(payload);
  REQUIRE(envelope);
  CHECK(envelope->stamp == "0a1b2c3d.567");
  CHECK(envelope->number == 0);
  CHECK(envelope->text == "a text");
}

TEST_CASE("a kept event has its number") {
  const auto envelope = unwrap("1 - 1795512345678901 {}");
  REQUIRE(envelope);
  CHECK(envelope->number == 1795512345678901);
  CHECK(envelope->text == "{}");
}

TEST_CASE("what is no envelope, or of another version, is refused") {
  for (const std::string_view payload :
       {"", "1", "1 -", "1 - -", "2 - -", "3 - - {}", "1 - x {}", "1 - 1x {}", "hello world, all"})
    CHECK_FALSE(unwrap(payload).has_value());
}

}  // namespace belfry::pusher
