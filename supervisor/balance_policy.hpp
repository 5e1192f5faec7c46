// Which worker of the node gets a new connection: the names of balance.workers.
#pragma once

#include <string_view>

namespace belfry::supervisor {

enum class BalancePolicy {
  hash,    // the kernel's own: by addresses and ports
  source,  // by the client's address
  cpu,     // the worker that is pinned to the CPU on which the connection arrives
  random,
  least,  // more often one with few clients
};

std::string_view name_of(BalancePolicy policy);
// The name has passed the option's check.
BalancePolicy balance_policy(std::string_view name);

// Whether chance may be weighted: the other policies say for each connection where it belongs.
inline bool leaves_room(BalancePolicy policy) {
  return policy != BalancePolicy::source && policy != BalancePolicy::cpu;
}

}  // namespace belfry::supervisor
