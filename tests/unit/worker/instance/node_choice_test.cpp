#include "worker/instance/node_choice.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace belfry::instance {
namespace {

std::vector<Candidate> nodes(std::size_t count) {
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back({"10.0.0." + std::to_string(i + 1) + ":9000", 0});
  return all;
}

std::string client(int number) {
  return "192.0.2." + std::to_string(number % 256) + "/" + std::to_string(number / 256);
}

TEST_CASE("the policies have the names of the endpoint's query, and there are no others") {
  CHECK(parse_policy("round-robin") == Policy::round_robin);
  CHECK(parse_policy("ip-hash") == Policy::ip_hash);
  CHECK(parse_policy("least-connections") == Policy::least_connections);
  CHECK_FALSE(parse_policy("Round-Robin"));
  CHECK_FALSE(parse_policy(""));
}

TEST_CASE("by turn each has its turn") {
  const auto three = nodes(3);
  std::map<std::size_t, int> chosen;
  for (std::uint64_t turn = 0; turn < 9; ++turn) ++chosen[by_turn(three, turn)];
  CHECK(chosen == std::map<std::size_t, int>{{0, 3}, {1, 3}, {2, 3}});
}

TEST_CASE("by load the emptiest is chosen, and the first among equals") {
  auto three = nodes(3);
  CHECK(by_load(three) == 0);
  three[0].clients = 5, three[1].clients = 4, three[2].clients = 4;
  CHECK(by_load(three) == 1);
}

TEST_CASE("by address a client keeps its node, and all nodes get their share") {
  const auto four = nodes(4);
  std::map<std::size_t, int> chosen;
  for (int i = 0; i < 4'000; ++i) {
    CHECK(by_address(four, client(i)) == by_address(four, client(i)));
    ++chosen[by_address(four, client(i))];
  }
  for (const auto& [node, clients] : chosen) CHECK_MESSAGE((clients > 850 && clients < 1'150), clients);
}

TEST_CASE("by address only the clients of a node that goes, and those that a new one attracts, move") {
  const auto five = nodes(5);
  auto four = five;
  four.erase(four.begin() + 2);
  int moved = 0;
  for (int i = 0; i < 4'000; ++i) {
    const std::string& before = five[by_address(five, client(i))].address;
    const std::string& after = four[by_address(four, client(i))].address;
    if (before == after) continue;
    CHECK(before == five[2].address);
    ++moved;
  }
  CHECK_MESSAGE((moved > 650 && moved < 950), moved);
}

// A node of another version must come to the same answer.
TEST_CASE("the hash does not change") {
  const auto four = nodes(4);
  std::string chosen;
  for (int i = 0; i < 24; ++i) chosen += std::to_string(by_address(four, "192.0.2." + std::to_string(i)));
  CHECK(chosen == "313203013222223102013032");
}

}  // namespace
}  // namespace belfry::instance
