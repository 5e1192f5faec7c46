#include "common/socket_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>

namespace belfry {
namespace {

constexpr std::string_view kForm = R"(, expected "address:port" or "[address]:port")";

Unexpected wrong(std::string_view text, std::string_view reason) {
  return Unexpected("\"" + std::string(text) + "\": " + std::string(reason));
}

template <typename Sockaddr>
Sockaddr& as(sockaddr_storage& storage) {
  return reinterpret_cast<Sockaddr&>(storage);
}

template <typename Sockaddr>
const Sockaddr& as(const sockaddr_storage& storage) {
  return reinterpret_cast<const Sockaddr&>(storage);
}

bool parse_v4(const std::string& host, SocketAddress& address) {
  auto& v4 = as<sockaddr_in>(address.storage);
  v4.sin_family = AF_INET;
  address.length = sizeof v4;
  return ::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1;
}

bool parse_v6(const std::string& host, SocketAddress& address) {
  auto& v6 = as<sockaddr_in6>(address.storage);
  v6.sin6_family = AF_INET6;
  address.length = sizeof v6;
  return ::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1;
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size();
}

// inet_pton() stops at a NUL and would take the rest of such a text for granted.
bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

std::uint16_t SocketAddress::port() const {
  return ntohs(family() == AF_INET6 ? as<sockaddr_in6>(storage).sin6_port : as<sockaddr_in>(storage).sin_port);
}

void SocketAddress::set_port(std::uint16_t port) {
  if (family() == AF_INET6) as<sockaddr_in6>(storage).sin6_port = htons(port);
  else as<sockaddr_in>(storage).sin_port = htons(port);
}

bool SocketAddress::is_loopback() const {
  if (family() == AF_INET6) return IN6_IS_ADDR_LOOPBACK(&as<sockaddr_in6>(storage).sin6_addr);
  return family() == AF_INET && ntohl(as<sockaddr_in>(storage).sin_addr.s_addr) >> 24 == 127;
}

std::string SocketAddress::to_string() const {
  char host[INET6_ADDRSTRLEN] = {};
  const std::string port_text = std::to_string(port());
  if (family() == AF_INET6) {
    ::inet_ntop(AF_INET6, &as<sockaddr_in6>(storage).sin6_addr, host, sizeof host);
    return "[" + std::string(host) + "]:" + port_text;
  }
  ::inet_ntop(AF_INET, &as<sockaddr_in>(storage).sin_addr, host, sizeof host);
  return std::string(host) + ":" + port_text;
}

Result<SocketAddress> parse_socket_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (has_nul(text) || colon == std::string_view::npos) return wrong(text, "no port" + std::string(kForm));
  const bool bracketed = text.starts_with('[');
  if (bracketed && (colon < 2 || text[colon - 1] != ']'))
    return wrong(text, "no \"]:port\" behind the address" + std::string(kForm));
  const std::string host(bracketed ? text.substr(1, colon - 2) : text.substr(0, colon));
  SocketAddress address;
  if (bracketed && !parse_v6(host, address)) return wrong(text, "the text in brackets is not an IPv6 address");
  if (!bracketed && host.find(':') != std::string::npos)
    return wrong(text, "an IPv6 address stands in brackets, as in \"[::1]:9000\"");
  if (!bracketed && !parse_v4(host, address))
    return wrong(text, "the part in front of the port is not a numeric IPv4 address");
  std::uint16_t port = 0;
  if (!parse_port(text.substr(colon + 1), port)) return wrong(text, "the port is not a number from 0 to 65535");
  address.set_port(port);
  return address;
}

}  // namespace belfry
