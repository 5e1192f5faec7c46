// What HAProxy's agent-check is told: a line of words from its manual (configuration.txt, agent-check). A word stays in
// force until another of its kind comes, from whichever process: so `ready` ends the `drain` of the node's last run,
// and `up` whatever an earlier agent has said. Pure.
//
// Never "down" and never 0 %: whether a client can be served is the health check's business (/ready), and Redis, which
// all nodes share, would take all of them out at once.
#pragma once

#include <cstdint>
#include <string>

namespace belfry::supervisor {

struct AgentFacts {
  bool leaving = false;        // drains or stops: those who are here may stay, no more may come
  std::uint64_t clients = 0;   // now
  std::uint64_t capacity = 0;  // how many there may be
};

// "ready up 73%\n": the room that is left, of 100; or "drain\n".
std::string agent_answer(const AgentFacts& facts);

}  // namespace belfry::supervisor
