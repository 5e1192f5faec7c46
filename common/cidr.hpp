// A range of IP addresses: "10.0.0.0/8", "fd00::/8"; an address alone is the range of itself.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "common/result.hpp"

namespace belfry {

struct Cidr {
  int family = 0;                           // AF_INET | AF_INET6
  std::array<std::uint8_t, 16> bytes = {};  // network order; the first 4 for AF_INET
  unsigned prefix_bits = 0;
};

Result<Cidr> parse_cidr(std::string_view text);

}  // namespace belfry
