// How much of the new connections each worker is to get, by what it has: the policies of balance.workers = "least" and
// of a rebalance, and who takes part at all. Pure; reuseport_program makes the kernel follow it.
#pragma once

#include <cstdint>
#include <vector>

namespace belfry::supervisor {

// What is known of a slot at this moment.
struct SlotLoad {
  bool takes = false;         // its worker runs and is not silent
  double counted = 0;         // clients by the last heartbeat
  double clients = 0;         // with those that may have come since
  double arrivals_per_s = 0;  // connections opened
  double burst_per_s = 0;     // the most of the last minutes, slowly forgotten
};

// One for each slot; only their ratios count. A slot with 0 gets nothing.
using Weights = std::vector<std::uint32_t>;

// 1 for each slot that takes connections. Where none does, 1 for all: connections wait in the queues of all.
Weights even_weights(const std::vector<SlotLoad>& loads);

// More for those with fewer clients, as if the connections of the next second were water that finds its level. A
// quarter is spread evenly, so that nobody starves and a newcomer is not flooded. And the water is as much as a burst
// may bring, because with less, a burst would run into a small dip and make a hill of it, the next one a larger dip.
Weights least_weights(const std::vector<SlotLoad>& loads);

// Only for those below the mean, as far as they are: what is closed elsewhere comes here.
Weights room_weights(const std::vector<SlotLoad>& loads);

// The clients of each slot above the mean, which is rounded up: 0 for those who have no more than that.
std::vector<std::uint64_t> surplus_of(const std::vector<SlotLoad>& loads);

}  // namespace belfry::supervisor
