#include "tools/ws_url.hpp"

#include <doctest/doctest.h>

#include <string>

using belfry::tools::parse_http_url;
using belfry::tools::parse_ws_url;

TEST_CASE("a WebSocket URL has the defaults of its scheme") {
  auto plain = parse_ws_url("ws://localhost");
  REQUIRE(plain);
  CHECK_FALSE(plain->tls);
  CHECK(plain->host == "localhost");
  CHECK(plain->port == 80);
  CHECK(plain->target == "/");

  auto tls = parse_ws_url("WSS://example.org/app/key?protocol=7");
  REQUIRE(tls);
  CHECK(tls->tls);
  CHECK(tls->port == 443);
  CHECK(tls->target == "/app/key?protocol=7");
}

TEST_CASE("a query without a path follows the path /") { CHECK(parse_ws_url("ws://host:9000?a=b")->target == "/?a=b"); }

TEST_CASE("an IPv6 address stands in brackets and is kept without them") {
  auto url = parse_ws_url("ws://[::1]:9000/");
  REQUIRE(url);
  CHECK(url->host == "::1");
  CHECK(url->port == 9000);
  CHECK(url->authority() == "[::1]:9000");
  CHECK(url->to_string() == "ws://[::1]:9000/");
}

TEST_CASE("the Host header names no default port") {
  CHECK(parse_ws_url("ws://host:80/")->authority() == "host");
  CHECK(parse_ws_url("wss://host:443/")->authority() == "host");
  CHECK(parse_ws_url("wss://host:80/")->authority() == "host:80");
}

TEST_CASE("a malformed WebSocket URL is refused with the part that is wrong") {
  const auto reason = [](const char* text) {
    auto url = parse_ws_url(text);
    return url ? std::string("accepted") : url.error().message;
  };
  CHECK(reason("http://host/") == "URL \"http://host/\": it must begin with ws:// or wss://");
  CHECK(reason("localhost:9000").find("ws://") != std::string::npos);
  CHECK(reason("ws://").find("host is missing") != std::string::npos);
  CHECK(reason("ws://:9000").find("host is missing") != std::string::npos);
  CHECK(reason("ws:///path").find("host is missing") != std::string::npos);
  CHECK(reason("ws://host:").find("port") != std::string::npos);
  CHECK(reason("ws://host:0").find("port") != std::string::npos);
  CHECK(reason("ws://host:65536").find("port") != std::string::npos);
  CHECK(reason("ws://host:9x").find("port") != std::string::npos);
  CHECK(reason("ws://::1/").find("host is missing") != std::string::npos);
  CHECK(reason("ws://[::1").find("bracket") != std::string::npos);
  CHECK(reason("ws://[::1]9000").find("only :port") != std::string::npos);
  CHECK(reason("ws://[host]/").find("IPv6") != std::string::npos);
  CHECK(reason("ws://user:pass@host/").find("password") != std::string::npos);
  CHECK(reason("ws://ho$t/").find("host name") != std::string::npos);
  CHECK(reason("ws://host/a b").find("percent-encoded") != std::string::npos);
  CHECK(reason("ws://host/\r\nX: y").find("percent-encoded") != std::string::npos);
  CHECK(reason("ws://host/#part").find("fragment") != std::string::npos);
}

TEST_CASE("the URL of an HTTP server has the same parts and ports") {
  auto url = parse_http_url("https://example.org/prefix");
  REQUIRE(url);
  CHECK(url->tls);
  CHECK(url->authority() == "example.org");
  CHECK(url->port == 443);
  CHECK(url->target == "/prefix");
  CHECK(parse_http_url("http://[::1]:9000")->authority() == "[::1]:9000");
  CHECK(parse_http_url("ws://host/").error().message == "URL \"ws://host/\": it must begin with http:// or https://");
}
