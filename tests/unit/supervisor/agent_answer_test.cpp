#include "supervisor/agent_answer.hpp"

#include <doctest/doctest.h>

using belfry::supervisor::agent_answer;

TEST_CASE("the weight is the room that is left") {
  CHECK(agent_answer({.clients = 0, .capacity = 1000}) == "ready up 100%\n");
  CHECK(agent_answer({.clients = 270, .capacity = 1000}) == "ready up 73%\n");
  CHECK(agent_answer({.clients = 1, .capacity = 1000}) == "ready up 99%\n");
}

TEST_CASE("a full node has the least weight, never none") {
  CHECK(agent_answer({.clients = 999, .capacity = 1000}) == "ready up 1%\n");
  CHECK(agent_answer({.clients = 2000, .capacity = 1000}) == "ready up 1%\n");
  CHECK(agent_answer({.clients = 0, .capacity = 0}) == "ready up 1%\n");
}

TEST_CASE("a node that leaves takes nobody") {
  CHECK(agent_answer({.leaving = true, .clients = 0, .capacity = 1000}) == "drain\n");
}
