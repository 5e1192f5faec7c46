// A range of IP addresses: "10.0.0.0/8", "fd00::/8"; an address alone is the range of itself. A range of IPv4 addresses
// mapped into IPv6 ("::ffff:10.0.0.0/104") is the range of the IPv4 addresses.
#pragma once

#include <string_view>

#include "common/ip_address.hpp"
#include "common/result.hpp"

namespace belfry {

struct Cidr {
  IpAddress first;  // bits behind the prefix count for nothing
  unsigned prefix_bits = 0;

  bool contains(const IpAddress& address) const;
};

Result<Cidr> parse_cidr(std::string_view text);

}  // namespace belfry
