// Classic BPF programs for SO_ATTACH_REUSEPORT_CBPF: run by the kernel for each new connection, their result is the
// index of the listening socket that gets it. That index is the slot, because listeners are opened in the order of
// slots and none is closed while the group lives (the kernel would renumber the others). Pure.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "supervisor/client_weights.hpp"
#include "supervisor/cpu_plan.hpp"

namespace belfry::supervisor {

using ReuseportProgram = std::vector<sock_filter>;

// Of weights, at least one must not be 0.

// A slot at random, as often as its weight says.
ReuseportProgram program_by_chance(const Weights& weights);

// The slot that the source address (IPv4 or IPv6) comes to. Addresses of a slot with weight 0 are spread over the
// others, by address too; everybody else's stay where they are.
ReuseportProgram program_by_source(const Weights& weights);

// A slot that is pinned to the CPU on which the connection arrives; one at random where there is none.
ReuseportProgram program_by_cpu(const Weights& weights, const CpuPlan& cpus);

}  // namespace belfry::supervisor
