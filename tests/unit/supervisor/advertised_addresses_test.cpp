#include "supervisor/advertised_addresses.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>

namespace belfry::supervisor {
namespace {

using Texts = std::vector<std::string>;

std::string own(int family) { return family == AF_INET ? "192.0.2.7" : "[2001:db8::7]"; }
std::string only_ipv6(int family) { return family == AF_INET ? "" : "[2001:db8::7]"; }
std::string none(int) { return ""; }

TEST_CASE("what is said is advertised") {
  CHECK(advertised_addresses("ws1.example.com:443", {"0.0.0.0:9000"}, own) == Texts{"ws1.example.com:443"});
  CHECK(advertised_addresses("10.0.0.1:9000", {"0.0.0.0:9000"}, own) == Texts{"10.0.0.1:9000"});
}

TEST_CASE("else the first listen address that other machines reach") {
  CHECK(advertised_addresses("", {"127.0.0.1:9000", "10.0.0.1:9001"}, own) == Texts{"10.0.0.1:9001"});
  CHECK(advertised_addresses("", {"127.0.0.1:9000", "[::1]:9000"}, own) == Texts{"127.0.0.1:9000"});
}

TEST_CASE("a wildcard is replaced by the machine's own address") {
  CHECK(advertised_addresses("", {"0.0.0.0:9000"}, own) == Texts{"192.0.2.7:9000"});
  CHECK(advertised_addresses("", {"[::]:9000"}, only_ipv6) == Texts{"[2001:db8::7]:9000"});
  CHECK(advertised_addresses("", {"[::]:9000"}, own) == Texts{"192.0.2.7:9000"});
  CHECK(advertised_addresses("", {"0.0.0.0:9000"}, none) == Texts{"127.0.0.1:9000"});
  CHECK(advertised_addresses("", {"[::]:9000"}, none) == Texts{"[::1]:9000"});
}

TEST_CASE("further ports of the same host are advertised, those of other hosts are not") {
  const Texts listen = {"10.0.0.1:9000", "10.0.0.1:9001", "10.0.0.2:9002", "127.0.0.1:9003"};
  CHECK(advertised_addresses("", listen, own) == Texts{"10.0.0.1:9000", "10.0.0.1:9001"});
  CHECK(advertised_addresses("ws1.example.com:9001", {"0.0.0.0:9000", "0.0.0.0:9001"}, own) ==
        Texts{"ws1.example.com:9001", "ws1.example.com:9000"});
  CHECK(advertised_addresses("ws1.example.com:443", {"0.0.0.0:9000", "0.0.0.0:9001"}, own) ==
        Texts{"ws1.example.com:443"});
}

}  // namespace
}  // namespace belfry::supervisor
