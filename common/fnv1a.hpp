// FNV-1a, 64 bits (RFC 9923): a hash that is the same in every build. Not for what strangers choose: it is no secret.
#pragma once

#include <cstdint>
#include <string_view>

namespace belfry {

inline constexpr std::uint64_t kFnv1aBasis = 0xcbf29ce484222325;

constexpr std::uint64_t fnv1a_step(std::uint64_t hash, std::uint64_t value) { return (hash ^ value) * 0x100000001b3; }

constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = kFnv1aBasis) {
  for (const char c : text) hash = fnv1a_step(hash, static_cast<std::uint8_t>(c));
  return hash;
}

}  // namespace belfry
