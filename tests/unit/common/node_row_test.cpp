#include "common/node_row.hpp"

#include <doctest/doctest.h>

namespace belfry {
namespace {

TEST_CASE("a row comes back as it was") {
  const NodeRow row = {.id = "ab12",
                       .addresses = {"10.0.0.1:9000", "10.0.0.1:9001"},
                       .agent = "10.0.0.1:9100",
                       .state = "running",
                       .clients = 7,
                       .capacity = 40'000,
                       .version = "1.2.3"};
  const auto again = parse_node_row(to_json(row));
  REQUIRE(again);
  CHECK(to_json(*again) == to_json(row));
  CHECK(again->address() == "10.0.0.1:9000");
  CHECK(again->takes_clients());
}

TEST_CASE("a row of a newer version may say more, one of an older version less") {
  const auto row = parse_node_row(R"({"addresses":["a:1"],"state":"draining","mood":{"good":true}})");
  REQUIRE(row);
  CHECK(row->address() == "a:1");
  CHECK(row->clients == 0);
  CHECK_FALSE(row->takes_clients());
}

TEST_CASE("what is no row is none") {
  for (const char* text :
       {"", "{", "[]", "7", "{}", R"({"addresses":[]})", R"({"addresses":"a:1"})", R"({"addresses":[7]})", "\xff"})
    CHECK_FALSE(parse_node_row(text));
  CHECK(parse_node_row(R"({"addresses":["a:1"],"clients":-5})")->clients == 0);
}

}  // namespace
}  // namespace belfry
