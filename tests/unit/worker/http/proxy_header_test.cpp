#include "worker/http/proxy_header.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace belfry::http {
namespace {

using namespace std::string_literals;
using Verdict = ProxyHeader::Verdict;

const std::string kRequest = "GET /up HTTP/1.1\r\n";
const std::string kSignature = "\r\n\r\n\0\r\nQUIT\n"s;
const std::string kV4 = "\xc0\x00\x02\x07\x0a\x00\x00\x01\x12\x34\x01\xbb"s;  // 192.0.2.7 to 10.0.0.1
const std::string kV6 =
    "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x07" + std::string(16, '\0') + "\x12\x34\x01\xbb"s;

ProxyHeader parse(std::string_view text) {
  return parse_proxy_header({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// A header of version 2 around `payload`.
std::string v2(int version_and_command, int family_and_transport, const std::string& payload) {
  return kSignature + static_cast<char>(version_and_command) + static_cast<char>(family_and_transport) +
         static_cast<char>(payload.size() >> 8) + static_cast<char>(payload.size()) + payload;
}

std::string tlv(char type, const std::string& value) {
  return type + std::string(1, static_cast<char>(value.size() >> 8)) + static_cast<char>(value.size()) + value;
}

// The client of a whole header with a request behind it; "" where it names none, the verdict's text where it fails.
std::string client_of(const std::string& header) {
  const ProxyHeader parsed = parse(header + kRequest);
  if (parsed.verdict == Verdict::malformed) return "malformed";
  REQUIRE(parsed.verdict == Verdict::complete);
  CHECK(parsed.size == header.size());
  return parsed.client.is_none() ? "" : parsed.client.to_string();
}

}  // namespace

TEST_CASE("version 1 names the client") {
  CHECK(client_of("PROXY TCP4 192.0.2.7 10.0.0.1 56324 443\r\n") == "192.0.2.7");
  CHECK(client_of("PROXY TCP6 2001:db8::7 ::1 65535 0\r\n") == "2001:db8::7");
  CHECK(client_of("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n") == "192.0.2.7");
  CHECK(client_of("PROXY UNKNOWN\r\n").empty());
  CHECK(client_of("PROXY UNKNOWN ffff:f...f:ffff anything 65535 65535\r\n").empty());
}

TEST_CASE("version 1 is taken word by word") {
  for (const char* line :
       {"TCP4", "TCP4 192.0.2.7", "TCP4 192.0.2.7 10.0.0.1 1", "TCP4 192.0.2.7 10.0.0.1 1 2 3",
        "TCP4  192.0.2.7 10.0.0.1 1 2", "TCP4 192.0.2.7 10.0.0.1 1 2 ", "TCP4 192.0.2.7 10.0.0.1 1 65536",
        "TCP4 192.0.2.7 10.0.0.1 -1 2", "TCP4 2001:db8::7 ::1 1 2", "TCP6 192.0.2.7 10.0.0.1 1 2",
        "TCP4 nobody 10.0.0.1 1 2", "UDP4 192.0.2.7 10.0.0.1 1 2", "tcp4 192.0.2.7 10.0.0.1 1 2", " "}) {
    CAPTURE(line);
    CHECK(client_of("PROXY "s + line + "\r\n") == "malformed");
  }
}

TEST_CASE("a line of version 1 has 107 bytes at most") {
  CHECK(client_of("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n").empty());
  CHECK(client_of("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n") == "malformed");
  CHECK(parse("PROXY UNKNOWN " + std::string(92, 'x')).verdict == Verdict::incomplete);
  CHECK(parse("PROXY UNKNOWN " + std::string(93, 'x')).verdict == Verdict::malformed);
}

TEST_CASE("version 2 names the client, whatever carried him") {
  CHECK(client_of(v2(0x21, 0x11, kV4)) == "192.0.2.7");
  CHECK(client_of(v2(0x21, 0x12, kV4)) == "192.0.2.7");
  CHECK(client_of(v2(0x21, 0x21, kV6)) == "2001:db8::7");
}

TEST_CASE("version 2 may speak for itself, or not say for whom") {
  CHECK(client_of(v2(0x20, 0x00, "")).empty());
  CHECK(client_of(v2(0x20, 0x11, kV4)).empty());
  CHECK(client_of(v2(0x20, 0xff, "abc")).empty());
  CHECK(client_of(v2(0x21, 0x00, "abc")).empty());
  CHECK(client_of(v2(0x21, 0x10, kV4)).empty());
  CHECK(client_of(v2(0x21, 0x31, std::string(216, '/'))).empty());
}

TEST_CASE("what stands behind the addresses of version 2 is skipped, and must end where the header ends") {
  const std::string tls = tlv(0x20, std::string(300, 'x'));
  CHECK(client_of(v2(0x21, 0x11, kV4 + tlv(4, "") + tls)) == "192.0.2.7");
  CHECK(client_of(v2(0x21, 0x21, kV6 + tls)) == "2001:db8::7");
  CHECK(client_of(v2(0x21, 0x11, kV4 + tls.substr(0, tls.size() - 1))) == "malformed");
  CHECK(client_of(v2(0x21, 0x11, kV4 + "\x04")) == "malformed");
  CHECK(client_of(v2(0x21, 0x11, kV4 + "\x04\xff\xff"s)) == "malformed");
}

TEST_CASE("version 2 with what it does not have is malformed") {
  CHECK(client_of(v2(0x11, 0x11, kV4)) == "malformed");
  CHECK(client_of(v2(0x31, 0x11, kV4)) == "malformed");
  CHECK(client_of(v2(0x22, 0x11, kV4)) == "malformed");
  CHECK(client_of(v2(0x21, 0x41, kV4)) == "malformed");
  CHECK(client_of(v2(0x21, 0x13, kV4)) == "malformed");
  CHECK(client_of(v2(0x21, 0x11, kV4.substr(1))) == "malformed");
  CHECK(client_of(v2(0x21, 0x21, kV4)) == "malformed");
  CHECK(client_of(v2(0x21, 0x31, std::string(215, '/'))) == "malformed");
}

TEST_CASE("version 2 is bounded before it has come") {
  CHECK(client_of(v2(0x20, 0x00, std::string(kMaxProxyHeader - 16, 'x'))).empty());
  CHECK(parse(v2(0x20, 0x00, std::string(kMaxProxyHeader - 15, 'x')).substr(0, 16)).verdict == Verdict::malformed);
}

TEST_CASE("both are recognised from their first bytes, and complete with their last") {
  for (const std::string& header :
       {"PROXY TCP4 192.0.2.7 10.0.0.1 56324 443\r\n"s, v2(0x21, 0x11, kV4 + tlv(4, "x"))}) {
    const std::size_t signature = header[0] == 'P' ? 6 : 12;
    CHECK(parse("").verdict == Verdict::undecided);
    for (std::size_t size = 1; size < header.size(); ++size) {
      CAPTURE(size);
      CHECK(parse(header.substr(0, size)).verdict == (size < signature ? Verdict::undecided : Verdict::incomplete));
    }
    CHECK(parse(header).verdict == Verdict::complete);
  }
}

TEST_CASE("a request is none, from the first byte that differs") {
  for (const std::string& text : {kRequest, "POST / HTTP/1.1\r\n"s, "PR"s + "I"s, "PROXYX"s, "\r\nGET"s, "\r\n\r\n\r"s})
    CHECK(parse(text).verdict == Verdict::not_one);
}

TEST_CASE("a proxy that cannot name the client does not speak for itself") {
  const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
  CHECK(parse("PROXY UNKNOWN\r\n").for_somebody);
  CHECK(parse("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n").for_somebody);
  CHECK_FALSE(parse(signature + std::string("\x20\x00\x00\x00", 4)).for_somebody);  // LOCAL
  CHECK(parse(signature + std::string("\x21\x00\x00\x00", 4)).for_somebody);        // PROXY, unspecified
}

}  // namespace belfry::http
