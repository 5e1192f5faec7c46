// An IP address without a port, small enough to be kept; none where nothing is known. An IPv4 address that came mapped
// into IPv6 ("::ffff:10.0.0.1") is the IPv4 address: the same host must not have two names.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace belfry {

struct IpAddress {
  enum class Family : std::uint8_t { none, v4, v6 };

  Family family = Family::none;
  std::array<std::uint8_t, 16> bytes = {};  // network order; the first 4 for v4

  bool is_none() const { return family == Family::none; }
  std::string to_string() const;  // RFC 5952; "unknown" of none
  bool operator==(const IpAddress&) const = default;
};

IpAddress v4_address(std::span<const std::uint8_t, 4> bytes);
IpAddress v6_address(std::span<const std::uint8_t, 16> bytes);
// None of what is neither IPv4 nor IPv6.
IpAddress ip_address_of(const sockaddr_storage& address);

// "10.0.0.1" or "2001:db8::1", nothing around it.
std::optional<IpAddress> parse_ip_address(std::string_view text);

}  // namespace belfry
