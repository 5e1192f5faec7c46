#include "worker/http/forwarded.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "common/cidr.hpp"

namespace belfry::http {
namespace {

// The client of a request with these fields from a peer within 10.0.0.0/8, which is trusted, as is fd00::/8.
std::string client(std::initializer_list<Field> fields, std::string_view peer = "10.0.0.1") {
  const auto trusts = [](const IpAddress& address) {
    return parse_cidr("10.0.0.0/8")->contains(address) || parse_cidr("fd00::/8")->contains(address);
  };
  Request request;
  for (const Field& field : fields) request.fields[request.field_count++] = field;
  return client_behind(*parse_ip_address(peer), request, trusts).to_string();
}

std::string by_list(std::string_view list) { return client({{"X-Forwarded-For", list}}); }
std::string by_elements(std::string_view list) { return client({{"Forwarded", list}}); }

}  // namespace

TEST_CASE("without a field the peer is the client") {
  CHECK(client({}) == "10.0.0.1");
  CHECK(client({}, "192.0.2.9") == "192.0.2.9");
}

TEST_CASE("who is not trusted is not believed") {
  CHECK(client({{"X-Forwarded-For", "192.0.2.7"}}, "192.0.2.9") == "192.0.2.9");
  CHECK(client({{"Forwarded", "for=192.0.2.7"}}, "192.0.2.9") == "192.0.2.9");
}

TEST_CASE("the last address that is not trusted is the client") {
  CHECK(by_list("192.0.2.7") == "192.0.2.7");
  CHECK(by_list("203.0.113.1, 192.0.2.7") == "192.0.2.7");
  CHECK(by_list("203.0.113.1,192.0.2.7 ,\t10.1.1.1,fd00::1") == "192.0.2.7");
  CHECK(by_elements("for=203.0.113.1, for=192.0.2.7;proto=https, for=10.1.1.1") == "192.0.2.7");
}

TEST_CASE("where all are trusted, the first is the client") {
  CHECK(by_list("10.3.3.3, 10.2.2.2") == "10.3.3.3");
  CHECK(by_elements("for=10.3.3.3, for=10.2.2.2") == "10.3.3.3");
}

TEST_CASE("field lines are one list") {
  CHECK(client({{"x-forwarded-for", "203.0.113.1"}, {"Host", "x"}, {"X-FORWARDED-FOR", "192.0.2.7, 10.2.2.2"}}) ==
        "192.0.2.7");
  CHECK(client({{"X-Forwarded-For", "203.0.113.1"}, {"X-Forwarded-For", "10.2.2.2"}}) == "203.0.113.1");
}

TEST_CASE("ports, brackets and IPv6 are understood") {
  CHECK(by_list("192.0.2.7:4711") == "192.0.2.7");
  CHECK(by_list("2001:db8::7") == "2001:db8::7");
  CHECK(by_list("[2001:db8::7]:4711") == "2001:db8::7");
  CHECK(by_list("::ffff:192.0.2.7") == "192.0.2.7");
  CHECK(by_elements(R"(for="[2001:db8::7]:4711")") == "2001:db8::7");
  CHECK(by_elements(R"(proto=http; For="192.0.2.7:80" ;by=10.0.0.1)") == "192.0.2.7");
  CHECK(by_elements(R"(for="\1\92.0.2.7")") == "192.0.2.7");
}

TEST_CASE("empty entries count for nothing") {
  CHECK(by_list("192.0.2.7,, 10.2.2.2, ,") == "192.0.2.7");
  CHECK(by_list("") == "10.0.0.1");
  CHECK(by_list(" , ") == "10.0.0.1");
}

TEST_CASE("what is no address ends the way at the last trusted one") {
  for (const char* entry : {"unknown", "_hidden", "name.example", "192.0.2.7:", "192.0.2.7:x", "192.0.2.7:123456",
                            "[2001:db8::7", "[192.0.2.7]", "[2001:db8::7]80", "\"192.0.2.7\"", "192.0.2.7 8.8.8.8"}) {
    CAPTURE(entry);
    CHECK(by_list(std::string("203.0.113.1, ") + entry + ", 10.2.2.2") == "10.2.2.2");
  }
  for (const char* element :
       {"for=unknown", "for=_hidden", "proto=https", "192.0.2.7", "for=", "for", "for=\"192.0.2.7",
        "for=192.0.2.7;for=192.0.2.7", "for=\"192.0.2.7\"x", "for=2001:db8::7:x"}) {
    CAPTURE(element);
    CHECK(by_elements(std::string("for=203.0.113.1, ") + element + ", for=10.2.2.2") == "10.2.2.2");
  }
}

TEST_CASE("a quote that the client leaves open does not hide what a proxy appends") {
  CHECK(by_elements(R"(for="x, for=192.0.2.7)") == "192.0.2.7");
  CHECK(by_elements(R"(for="x\, for="192.0.2.7";by="a,b;c")") == "192.0.2.7");
  CHECK(by_elements(R"(for=192.0.2.7;host="a\"b,c")") == "192.0.2.7");
}

TEST_CASE("X-Forwarded-For is believed where both are there, and never mixed with Forwarded") {
  CHECK(client({{"Forwarded", "for=203.0.113.1"}, {"X-Forwarded-For", "192.0.2.7"}}) == "192.0.2.7");
  CHECK(client({{"X-Forwarded-For", "10.2.2.2"}, {"Forwarded", "for=203.0.113.1"}}) == "10.2.2.2");
  CHECK(client({{"X-Forwarded-For", "unknown"}, {"Forwarded", "for=203.0.113.1"}}) == "10.0.0.1");
}

}  // namespace belfry::http
