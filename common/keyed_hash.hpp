// A hash of texts that strangers choose, such as names of channels: SipHash under a key that each process draws at its
// start, so that nobody can choose texts that meet in one bucket (Aumasson and Bernstein, "SipHash: a fast short-input
// PRF", 2012). Not the same in two processes: see fnv1a.hpp for one that is. For one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace belfry {

struct KeyedHash {
  using is_transparent = void;  // a map is searched with a string_view
  // Not noexcept: libstdc++ then keeps the hash beside each element and does not make it again when a table grows.
  std::size_t operator()(std::string_view text) const;
};

template <typename Value>
using TextMap = std::unordered_map<std::string, Value, KeyedHash, std::equal_to<>>;
using TextSet = std::unordered_set<std::string, KeyedHash, std::equal_to<>>;

}  // namespace belfry
