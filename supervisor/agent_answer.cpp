#include "supervisor/agent_answer.hpp"

#include <algorithm>

namespace belfry::supervisor {

std::string agent_answer(const AgentFacts& facts) {
  if (facts.leaving) return "drain\n";
  const std::uint64_t room = facts.capacity - std::min(facts.clients, facts.capacity);
  const std::uint64_t percent = room * 100 / std::max<std::uint64_t>(facts.capacity, 1);
  return "ready up " + std::to_string(std::max<std::uint64_t>(percent, 1)) + "%\n";
}

}  // namespace belfry::supervisor
