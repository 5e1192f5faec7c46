#include "tools/upgrade_request.hpp"

#include <doctest/doctest.h>

using namespace belfry::tools;

TEST_CASE("the accept value is the one of RFC 6455's own example") {
  CHECK(handshake_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("a handshake key is 16 bytes in base64 and never the same") {
  const auto key = new_handshake_key();
  CHECK(key.size() == 24);
  CHECK(key.ends_with("=="));
  CHECK(key != new_handshake_key());
}

TEST_CASE("the upgrade request carries target, host, key and the user's headers") {
  const auto url = parse_ws_url("ws://[::1]:9000/chat?room=1");
  REQUIRE(url);
  CHECK(upgrade_request(url.value(), "KEY", {{"Origin", "https://example.org"}}) ==
        "GET /chat?room=1 HTTP/1.1\r\nHost: [::1]:9000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KEY\r\nOrigin: https://example.org\r\n\r\n");
}

TEST_CASE("a Host of the user takes the place of the URL's") {
  const auto request = upgrade_request(parse_ws_url("ws://127.0.0.1/").value(), "KEY", {{"host", "example.org"}});
  CHECK(request.find("127.0.0.1") == std::string::npos);
  CHECK(request.find("\r\nhost: example.org\r\n") != std::string::npos);
}

TEST_CASE("a header is a name, a colon and a value without the blanks around it") {
  auto header = parse_header("X-Token:  a:b ");
  REQUIRE(header);
  CHECK(header->name == "X-Token");
  CHECK(header->value == "a:b");
  CHECK(parse_header("X-Empty:")->value.empty());
}

TEST_CASE("a header that would break the handshake is refused") {
  CHECK_FALSE(parse_header("no colon"));
  CHECK_FALSE(parse_header(": value"));
  CHECK_FALSE(parse_header("Two words: value"));
  CHECK_FALSE(parse_header("X: a\r\nY: b"));
  CHECK_FALSE(parse_header("sec-websocket-key: mine"));
  CHECK_FALSE(parse_header("Connection: close"));
}
