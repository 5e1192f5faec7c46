#include "tools/local_address.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

using belfry::tools::local_address;
using belfry::tools::local_tls_address;
using nlohmann::ordered_json;

namespace {

std::string address_in(const char* status) {
  auto url = local_address(ordered_json::parse(status));
  return url ? url->authority() : url.error().message;
}

}  // namespace

TEST_CASE("a node is reached at the first address that it listens on") {
  CHECK(address_in(R"({"listen":["127.0.0.1:9000","[::1]:9001"]})") == "127.0.0.1:9000");
  CHECK(address_in(R"({"listen":["[2001:db8::1]:9001"]})") == "[2001:db8::1]:9001");
}

TEST_CASE("where it listens on every address, the loopback one is one of them") {
  CHECK(address_in(R"({"listen":["0.0.0.0:9000"]})") == "127.0.0.1:9000");
  CHECK(address_in(R"({"listen":["[::]:9000"]})") == "[::1]:9000");
}

TEST_CASE("an answer without an address is told, whatever stands in its place") {
  for (const char* status : {"{}", R"({"listen":[]})", R"({"listen":[1]})", R"({"listen":"x"})"})
    CHECK(address_in(status) == "the supervisor did not say where the node listens");
}

TEST_CASE("the door for TLS has an address of its own, where there is one") {
  auto url = local_tls_address(ordered_json::parse(R"({"listen":["[::]:1"],"tls":{"listen":["0.0.0.0:9443"]}})"));
  REQUIRE(url);
  CHECK(url->tls);
  CHECK(url->authority() == "127.0.0.1:9443");
  for (const char* status : {"{}", R"({"tls":null})", R"({"tls":{"listen":[]}})"})
    CHECK(local_tls_address(ordered_json::parse(status)).error().message ==
          "the node speaks no TLS: tls.listen is empty");
}
