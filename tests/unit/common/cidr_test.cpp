#include "common/cidr.hpp"

#include <doctest/doctest.h>

#include <string_view>

#include "common/ip_address.hpp"
#include "common/socket_address.hpp"

using belfry::ip_address_of;
using belfry::IpAddress;
using belfry::parse_cidr;
using belfry::parse_ip_address;
using belfry::parse_socket_address;

namespace {

bool contains(std::string_view range, std::string_view address) {
  return parse_cidr(range)->contains(*parse_ip_address(address));
}

}  // namespace

TEST_CASE("an address comes back as it was written, one mapped into IPv6 as IPv4") {
  for (const char* text : {"0.0.0.0", "192.0.2.255", "::", "2001:db8::7"})
    CHECK(parse_ip_address(text)->to_string() == text);
  CHECK(parse_ip_address("::ffff:192.0.2.1") == parse_ip_address("192.0.2.1"));
  CHECK(IpAddress().to_string() == "unknown");
}

TEST_CASE("what is not an address alone is none") {
  using namespace std::string_view_literals;
  for (const auto text : {""sv, "1.2.3"sv, "01.2.3.4"sv, "1.2.3.4:5"sv, "[::1]"sv, "::1%lo"sv, "1.2.3.4\0"sv, "name"sv,
                          " ::1"sv, "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111"sv})
    CHECK_FALSE(parse_ip_address(text));
}

TEST_CASE("a range holds the addresses that begin like it") {
  CHECK(contains("10.0.0.0/8", "10.255.0.1"));
  CHECK_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
  CHECK(contains("192.0.2.128/25", "192.0.2.200"));
  CHECK_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
  CHECK(contains("127.0.0.1", "127.0.0.1"));
  CHECK_FALSE(contains("127.0.0.1", "127.0.0.2"));
  CHECK(contains("0.0.0.0/0", "255.1.2.3"));
  CHECK(contains("2001:db8::/33", "2001:db8:7fff::"));
  CHECK_FALSE(contains("2001:db8::/33", "2001:db8:8000::"));
  CHECK(contains("::1/128", "::1"));
}

TEST_CASE("bits behind the prefix count for nothing") { CHECK(contains("10.1.2.3/8", "10.0.0.0")); }

TEST_CASE("families are never mixed, but a mapped range is one of IPv4") {
  CHECK_FALSE(contains("::/0", "1.2.3.4"));
  CHECK_FALSE(contains("0.0.0.0/0", "::1"));
  CHECK(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
  CHECK(contains("::ffff:10.0.0.1", "10.0.0.1"));
  CHECK_FALSE(parse_cidr("::ffff:10.0.0.0/8"));
  CHECK_FALSE(parse_cidr("::ffff:10.0.0.0/129"));
}

TEST_CASE("no range holds an unknown address") { CHECK_FALSE(parse_cidr("0.0.0.0/0")->contains(IpAddress())); }

TEST_CASE("the kernel's form is read, too") {
  CHECK(ip_address_of(parse_socket_address("192.0.2.1:80")->storage) == parse_ip_address("192.0.2.1"));
  CHECK(ip_address_of(parse_socket_address("[::ffff:192.0.2.1]:80")->storage) == parse_ip_address("192.0.2.1"));
  CHECK(ip_address_of({}).is_none());
}
