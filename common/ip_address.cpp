#include "common/ip_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

namespace belfry {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};  // RFC 4291, 2.5.5.2

}  // namespace

std::string IpAddress::to_string() const {
  if (is_none()) return "unknown";
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(family == Family::v4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

IpAddress v4_address(std::span<const std::uint8_t, 4> bytes) {
  IpAddress address = {.family = IpAddress::Family::v4};
  std::ranges::copy(bytes, address.bytes.begin());
  return address;
}

IpAddress v6_address(std::span<const std::uint8_t, 16> bytes) {
  if (std::ranges::equal(bytes.first<kMapped.size()>(), kMapped)) return v4_address(bytes.last<4>());
  IpAddress address = {.family = IpAddress::Family::v6};
  std::ranges::copy(bytes, address.bytes.begin());
  return address;
}

IpAddress ip_address_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return v4_address(std::span<const std::uint8_t, 4>(reinterpret_cast<const std::uint8_t*>(&v4.sin_addr), 4));
  }
  if (address.ss_family != AF_INET6) return {};
  return v6_address(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr.s6_addr);
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN] = {};
  if (text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::ranges::copy(text, terminated);
  std::array<std::uint8_t, 16> bytes = {};
  if (::inet_pton(AF_INET, terminated, bytes.data()) == 1) return v4_address(std::span(bytes).first<4>());
  if (::inet_pton(AF_INET6, terminated, bytes.data()) == 1) return v6_address(bytes);
  return std::nullopt;
}

}  // namespace belfry
