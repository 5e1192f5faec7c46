#include "tools/upgrade_answer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace belfry::tools;

namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
const std::string kUpgrade =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\n";
const std::string kAccept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

std::string verdict_on(const std::string& text, const std::vector<HttpHeader>& request_headers = {}) {
  UpgradeAnswer answer;
  auto taken = answer.feed(text);
  if (!taken) return taken.error().message;
  if (!answer.has_head()) return "incomplete";
  auto verdict = answer.verdict(kKey, request_headers);
  return verdict ? "open" : verdict.error().message;
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a valid upgrade opens the WebSocket") { CHECK(verdict_on(kUpgrade + kAccept + "\r\n") == "open"); }

TEST_CASE("frames behind the answer are left alone") {
  const std::string head = kUpgrade + kAccept + "\r\n";
  UpgradeAnswer answer;
  auto taken = answer.feed(head + "\x81\x02hi");
  REQUIRE(taken);
  CHECK(*taken == head.size());
  CHECK(answer.is_complete());
}

TEST_CASE("an answer that comes byte by byte is offered again until it is whole") {
  const std::string text = kUpgrade + kAccept + "\r\n";
  UpgradeAnswer answer;
  std::string unread;
  for (const char byte : text) {
    unread += byte;
    auto taken = answer.feed(unread);
    REQUIRE(taken);
    unread.erase(0, *taken);
  }
  CHECK(answer.is_complete());
  CHECK(unread.empty());
  CHECK(answer.verdict(kKey, {}));
}

TEST_CASE("a refusal is told with its status and the first line of its body") {
  CHECK(verdict_on("HTTP/1.1 403 Forbidden\r\nContent-Length: 24\r\n\r\norigin not allowed\nmore\n") ==
        "the server refused: 403 Forbidden: origin not allowed");
  CHECK(verdict_on("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n") ==
        "the server refused: 503 Service Unavailable");
  CHECK(verdict_on("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nnothing\r\n0\r\n\r\n") ==
        "the server refused: 404 Not Found: nothing");
  CHECK(verdict_on("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\x1b[2Jcut off") ==
        "the server refused: 200 OK: \\x1b[2Jcut off");
}

TEST_CASE("an upgrade that RFC 6455 forbids is refused") {
  CHECK(contains(verdict_on(kUpgrade + "\r\n"), "Sec-WebSocket-Accept"));
  CHECK(contains(verdict_on(kUpgrade + "Sec-WebSocket-Accept: AAAA\r\n\r\n"), "Sec-WebSocket-Accept"));
  CHECK(contains(verdict_on("HTTP/1.1 101 X\r\nConnection: Upgrade\r\n" + kAccept + "\r\n"), "Upgrade is not"));
  CHECK(contains(verdict_on("HTTP/1.1 101 X\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n" + kAccept + "\r\n"),
                 "Upgrade is not"));
  CHECK(contains(verdict_on("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: close\r\n" + kAccept + "\r\n"),
                 "Connection"));
  CHECK(contains(verdict_on(kUpgrade + kAccept + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"), "extension"));
  CHECK(contains(verdict_on("SSH-2.0-OpenSSH_9.2\r\n"), "not valid HTTP"));
}

TEST_CASE("a subprotocol is accepted only if it was offered") {
  const std::string text = kUpgrade + kAccept + "Sec-WebSocket-Protocol: chat\r\n\r\n";
  CHECK(contains(verdict_on(text), "subprotocol"));
  CHECK(verdict_on(text, {{"sec-websocket-protocol", "mqtt, chat"}}) == "open");
}
