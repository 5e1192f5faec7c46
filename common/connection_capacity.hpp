// How many connections a worker takes with the descriptors that it may have. The worker stops accepting there; the
// supervisor and `belfry check` foretell it.
#pragma once

#include <cstdint>

namespace belfry {

inline constexpr std::uint64_t kReservedDescriptors = 256;  // Redis, control channel, listeners, resolver, log

// Of a worker whose RLIMIT_NOFILE is `descriptors`.
constexpr std::uint64_t connections_within(std::uint64_t descriptors) {
  return descriptors > 2 * kReservedDescriptors ? descriptors - kReservedDescriptors : descriptors / 2;
}

// The smallest RLIMIT_NOFILE with which a worker takes so many.
constexpr std::uint64_t descriptors_for(std::uint64_t connections) {
  return connections > kReservedDescriptors ? connections + kReservedDescriptors : 2 * connections;
}

// RLIMIT_NOFILE as this process has it now.
std::uint64_t descriptor_limit();

}  // namespace belfry
