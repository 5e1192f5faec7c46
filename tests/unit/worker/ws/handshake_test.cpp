#include "worker/ws/handshake.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "worker/http/head_parser.hpp"

namespace belfry::ws {
namespace {

// `head` must outlive the request.
http::Request parse(const std::string& head) { return std::get<http::Request>(http::parse_head(head)); }

std::string upgrade(std::string_view extra = "", std::string_view host = "example.com:9000") {
  return "GET / HTTP/1.1\r\nHost: " + std::string(host) +
         "\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(extra) + "\r\n";
}

std::string without(std::string text, const std::string& line) { return text.erase(text.find(line), line.size()); }

}  // namespace

TEST_CASE("the example of RFC 6455, section 1.3, gets its accept value") {
  const std::string head = upgrade();
  const http::Request request = parse(head);
  CHECK_FALSE(check_upgrade(request).has_value());
  const net::SharedBytes response = encode_switching_protocols(request);
  const std::string_view text(reinterpret_cast<const char*>(response.data()), response.size());
  CHECK(text.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n") != std::string_view::npos);
}

TEST_CASE("an upgrade that lacks something is refused with the status for it") {
  const auto status = [](const std::string& head) { return check_upgrade(parse(head)).value().status; };
  CHECK(status(without(upgrade(), "Upgrade: WebSocket\r\n")) == 426);
  CHECK(status(without(upgrade(), "Connection: keep-alive, Upgrade\r\n")) == 400);
  CHECK(status(without(upgrade(), "Sec-WebSocket-Version: 13\r\n")) == 426);
  CHECK(status(without(upgrade(), "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")) == 400);
  CHECK(status(upgrade("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")) == 400);
}

TEST_CASE("an origin is let in when it is absent, of the same host, or named") {
  const auto allowed = [](std::string_view origin, const std::vector<std::string>& named,
                          std::string_view host = "example.com:9000") {
    const std::string head = upgrade(origin.empty() ? "" : "Origin: " + std::string(origin) + "\r\n", host);
    return origin_is_allowed(parse(head), named);
  };
  CHECK(allowed("", {}));
  CHECK(allowed("https://example.com", {}));
  CHECK(allowed("http://EXAMPLE.com:3000", {}));
  CHECK(allowed("http://[::1]:3000", {}, "[::1]:9000"));
  CHECK_FALSE(allowed("https://evil.example", {}));
  CHECK_FALSE(allowed("https://example.com.evil.example", {}));
  CHECK_FALSE(allowed("null", {}));
  CHECK(allowed("https://app.example", {"https://app.example"}));
  CHECK(allowed("https://app.example", {"app.example"}));
  CHECK_FALSE(allowed("http://app.example", {"https://app.example"}));
  CHECK(allowed("https://anything.example", {"*"}));
}

}  // namespace belfry::ws
