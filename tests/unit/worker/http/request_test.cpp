#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "worker/http/head_parser.hpp"
#include "worker/http/head_scanner.hpp"
#include "worker/http/policy.hpp"

namespace belfry::http {
namespace {

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The status that a whole head is refused with; 200 where it passes.
unsigned verdict(const std::string& head) {
  HeadScanner scanner;
  switch (scanner.scan(bytes(head))) {
    case HeadScanner::Verdict::malformed: return 400;
    case HeadScanner::Verdict::too_large: return 431;
    case HeadScanner::Verdict::need_more: return 0;
    case HeadScanner::Verdict::complete: break;
  }
  if (const auto refusal = check_raw_head(head)) return refusal->status;
  const auto parsed = parse_head(head);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) return refusal->status;
  const auto refusal = check_policy(std::get<Request>(parsed));
  return refusal ? refusal->status : 200;
}

const std::string kHost = "Host: example.com\r\n";

std::string get(const std::string& fields) { return "GET /a?b=c HTTP/1.1\r\n" + fields + "\r\n"; }

}  // namespace

TEST_CASE("the end of a head is found however the bytes are cut") {
  const std::string head = get(kHost);
  HeadScanner scanner;
  for (std::size_t size = 1; size < head.size(); ++size)
    CHECK(scanner.scan(bytes(head).first(size)) == HeadScanner::Verdict::need_more);
  CHECK(scanner.scan(bytes(head + "rest")) == HeadScanner::Verdict::complete);
  CHECK(scanner.head_size() == head.size());
}

TEST_CASE("a request is taken apart without copies") {
  const std::string head = get("hOsT: example.com\r\nConnection: keep-alive , Upgrade\r\nX: 1\r\nx: 2\r\n");
  const auto parsed = parse_head(head);
  const Request& request = std::get<Request>(parsed);
  CHECK(request.method == "GET");
  CHECK(request.path == "/a");
  CHECK(request.query == "b=c");
  CHECK(request.field("Host").value() == "example.com");
  CHECK(request.field("x").value() == "1");
  CHECK(request.count("X") == 2);
  CHECK(request.has_token("connection", "upgrade"));
  CHECK_FALSE(request.has_token("connection", "upgrad"));
  CHECK(request.keep_alive());
}

TEST_CASE("an absolute target is its path") {
  const std::string head = "GET http://example.com/x?y HTTP/1.1\r\n" + kHost + "\r\n";
  const auto parsed = parse_head(head);
  CHECK(std::get<Request>(parsed).path == "/x");
  const std::string bare = "GET http://example.com HTTP/1.1\r\n" + kHost + "\r\n";
  const auto root = parse_head(bare);
  CHECK(std::get<Request>(root).path == "/");
}

TEST_CASE("good requests pass") {
  CHECK(verdict(get(kHost)) == 200);
  CHECK(verdict(get(kHost + "Content-Length: 0\r\n")) == 200);
  CHECK(verdict("GET / HTTP/1.0\r\n\r\n") == 200);  // HAProxy's plain health check
  CHECK(verdict(get("Host: [::1]:9000\r\n")) == 200);
}

TEST_CASE("what a proxy could read differently is refused") {
  CHECK(verdict(get("")) == 400);
  CHECK(verdict(get(kHost + kHost)) == 400);
  CHECK(verdict(get("Host: a b\r\n")) == 400);
  CHECK(verdict(get(kHost + "Transfer-Encoding: chunked\r\n")) == 411);
  CHECK(verdict(get(kHost + "Transfer-Encoding: gzip\r\n")) == 501);
  CHECK(verdict(get(kHost + "Transfer-Encoding: gzip, chunked\r\n")) == 501);
  CHECK(verdict(get(kHost + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n")) == 400);
  CHECK(verdict(get(kHost + "Transfer-Encoding: identity\r\nContent-Length: 3\r\n")) == 400);
  CHECK(verdict(get(kHost + "Content-Length: 5\r\nContent-Length: 5\r\n")) == 400);
  CHECK(verdict(get(kHost + "Content-Length: 5, 5\r\n")) == 400);
  CHECK(verdict(get(kHost + "Content-Length: -1\r\n")) == 400);
  CHECK(verdict(get(kHost + "Content-Length: +1\r\n")) == 400);
  CHECK(verdict(get(kHost + "X: a\r\n folded\r\n")) == 400);
  CHECK(verdict(get(kHost + "X : a\r\n")) == 400);
  CHECK(verdict(get(kHost + "X: \rTransfer-Encoding: chunked\r\n")) == 400);
  CHECK(verdict(get(kHost + "X: a\nY: b\r\n")) == 400);
  CHECK(verdict(get(kHost + std::string("X: a\0b\r\n", 8))) == 400);
  CHECK(verdict(get(kHost + "Expect: 200-ok\r\n")) == 417);
  CHECK(verdict(get(kHost + "Expect: 100-continue\r\n")) == 200);
}

TEST_CASE("request lines that are none, or of another protocol, are refused") {
  CHECK(verdict("\r\n\r\n") == 400);
  CHECK(verdict("GET\r\n\r\n") == 400);
  CHECK(verdict("GET / HTTP/3.0\r\n" + kHost + "\r\n") == 505);
  CHECK(verdict("GET / HTTP/11\r\n" + kHost + "\r\n") == 400);
  CHECK(verdict("GET / HTTP/1.1 \r\n" + kHost + "\r\n") == 400);
  CHECK(verdict("PRI * HTTP/2.0\r\n\r\n") != 200);
  CHECK(verdict("GET example HTTP/1.1\r\n" + kHost + "\r\n") == 400);
  CHECK(verdict("GET /a#b HTTP/1.1\r\n" + kHost + "\r\n") == 400);
  CHECK(verdict("G\x01T / HTTP/1.1\r\n" + kHost + "\r\n") == 400);
  CHECK(verdict("\x16\x03\x01\x02") == 400);  // a TLS ClientHello
}

TEST_CASE("size limits have their own status") {
  CHECK(verdict(get(kHost + "X: " + std::string(kMaxHead, 'x') + "\r\n")) == 431);
  CHECK(verdict("GET /" + std::string(kMaxTarget, 'x') + " HTTP/1.1\r\n" + kHost + "\r\n") == 414);
  std::string many = kHost;
  for (std::size_t i = 0; i < kMaxFields; ++i) many += "X: 1\r\n";
  CHECK(verdict(get(many)) == 431);
}

}  // namespace belfry::http
