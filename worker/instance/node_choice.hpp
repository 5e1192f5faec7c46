// Which node a client is sent to. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace belfry::instance {

struct Candidate {
  std::string address;        // "host:port"
  std::uint64_t clients = 0;  // as far as is known, those who were sent there a moment ago included
};

enum class Policy { round_robin, ip_hash, least_connections };

// "round-robin", "ip-hash", "least-connections"; nullopt for anything else.
std::optional<Policy> parse_policy(std::string_view text);

// The index of the candidate. None of them is empty, and all processes that know the same ones choose the same, where
// the policy is not round-robin.

std::size_t by_turn(std::span<const Candidate> candidates, std::uint64_t turn);
// Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998): each client has
// an order of preference of its own among all addresses, so that only the clients of a node that goes, and those that a
// new one attracts, move. The hash must stay what it is: nodes of different versions have to agree.
std::size_t by_address(std::span<const Candidate> candidates, std::string_view client);
// The fewest clients; among equals by their order.
std::size_t by_load(std::span<const Candidate> candidates);

}  // namespace belfry::instance
