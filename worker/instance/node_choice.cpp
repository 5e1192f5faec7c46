#include "worker/instance/node_choice.hpp"

#include <algorithm>
#include <iterator>

#include "common/fnv1a.hpp"

namespace belfry::instance {
namespace {

// FNV-1a and the finalizer of MurmurHash3, without which similar texts get similar hashes.
std::uint64_t hash_of(std::string_view client, std::string_view address) {
  std::uint64_t hash = fnv1a(address, fnv1a(" ", fnv1a(client)));
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

std::size_t index_of(std::span<const Candidate> candidates, std::span<const Candidate>::iterator chosen) {
  return static_cast<std::size_t>(std::distance(candidates.begin(), chosen));
}

}  // namespace

std::optional<Policy> parse_policy(std::string_view text) {
  if (text == "round-robin") return Policy::round_robin;
  if (text == "ip-hash") return Policy::ip_hash;
  if (text == "least-connections") return Policy::least_connections;
  return std::nullopt;
}

std::size_t by_turn(std::span<const Candidate> candidates, std::uint64_t turn) { return turn % candidates.size(); }

std::size_t by_address(std::span<const Candidate> candidates, std::string_view client) {
  return index_of(candidates, std::ranges::max_element(candidates, {}, [&](const Candidate& candidate) {
                    return hash_of(client, candidate.address);
                  }));
}

std::size_t by_load(std::span<const Candidate> candidates) {
  return index_of(candidates, std::ranges::min_element(candidates, {}, &Candidate::clients));
}

}  // namespace belfry::instance
