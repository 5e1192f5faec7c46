#include "tools/signed_event.hpp"

#include <doctest/doctest.h>

using namespace belfry::tools;

namespace {

const AppKeys kOfficial = {"3", "278d425bdf160c739803", "7ad3773142a6692b25b8"};

}  // namespace

TEST_CASE("an event is signed as in Pusher's own example") {
  const std::string body = event_body({"foo", {"project-3"}, R"({"some":"data"})", ""});
  CHECK(body == R"({"name":"foo","channels":["project-3"],"data":"{\"some\":\"data\"}"})");
  CHECK(signed_target("/apps/3/events", kOfficial, body, 1353088179) ==
        "/apps/3/events?auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0"
        "&body_md5=ec365a775a4cd0599faeb73354201b6f"
        "&auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c");
}

TEST_CASE("the connection that is left out is named in the body") {
  CHECK(event_body({"e", {"a", "b"}, "", "1.2"}) == R"({"name":"e","channels":["a","b"],"data":"","socket_id":"1.2"})");
}

TEST_CASE("a key is sent percent-encoded and signed as it is") {
  const std::string target = signed_target("/apps/1/events", {"1", "a&b", "secret"}, "{}", 1);
  CHECK(target.starts_with("/apps/1/events?auth_key=a%26b&auth_timestamp=1&"));
  CHECK(target.ends_with("&auth_signature=021b36c3b2ad3e231a3cd9cf07046374458b2fcdb6124c75a87ca404b1ee95a3"));
}

TEST_CASE("channels are taken apart at commas, and empty ones fall out") {
  using Channels = std::vector<std::string>;
  CHECK(channels_of("a") == Channels{"a"});
  CHECK(channels_of("a,private-b,,") == Channels{"a", "private-b"});
  CHECK(channels_of(",") == Channels{});
}
