#include "common/socket_address.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>

#include <string>
#include <string_view>

using belfry::parse_socket_address;

TEST_CASE("an address comes back as it was written") {
  for (const char* text : {"127.0.0.1:9000", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:9000", "[2001:db8::7]:1"}) {
    CAPTURE(text);
    auto address = parse_socket_address(text);
    REQUIRE(address);
    CHECK(address->to_string() == text);
  }
}

TEST_CASE("port and family can be asked and the port be set") {
  auto address = parse_socket_address("[::1]:0");
  REQUIRE(address);
  CHECK(address->family() == AF_INET6);
  CHECK(address->length == sizeof(sockaddr_in6));
  address->set_port(9000);
  CHECK(address->port() == 9000);
  CHECK(address->to_string() == "[::1]:9000");
}

TEST_CASE("loopback is 127.0.0.0/8 and ::1, nothing else") {
  for (const char* text : {"127.0.0.1:1", "127.255.0.9:1", "[::1]:1"}) CHECK(parse_socket_address(text)->is_loopback());
  for (const char* text : {"0.0.0.0:1", "128.0.0.1:1", "[::]:1", "[::2]:1"})
    CHECK_FALSE(parse_socket_address(text)->is_loopback());
}

TEST_CASE("what is not a numeric address with a port is refused") {
  using namespace std::string_view_literals;
  for (const std::string_view text : {""sv,
                                      ":"sv,
                                      "9000"sv,
                                      ":9000"sv,
                                      "127.0.0.1"sv,
                                      "127.0.0.1:"sv,
                                      "127.0.0.1:65536"sv,
                                      "127.0.0.1:-1"sv,
                                      "127.0.0.1:+1"sv,
                                      "127.0.0.1: 1"sv,
                                      "127.0.0.1:1 "sv,
                                      "127.0.0.1:0x10"sv,
                                      "127.1:1"sv,
                                      "localhost:1"sv,
                                      "::1:9000"sv,
                                      "[::1]"sv,
                                      "[::1]9000"sv,
                                      "[]:1"sv,
                                      "[:1"sv,
                                      "]:1"sv,
                                      "[127.0.0.1]:1"sv,
                                      "[::1%lo]:1"sv,
                                      "127.0.0.1\0:1"sv,
                                      "[::1\0]:1"sv,
                                      "127.0.0.1:1\0"sv}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(parse_socket_address(text));
  }
}

TEST_CASE("the error names the part that is wrong") {
  CHECK(parse_socket_address("127.0.0.1:70000").error().message.find("port") != std::string::npos);
  CHECK(parse_socket_address("localhost:1").error().message.find("numeric IPv4") != std::string::npos);
  CHECK(parse_socket_address("::1:9000").error().message.find("brackets") != std::string::npos);
}
