#include "supervisor/advertised_addresses.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "common/control_messages.hpp"
#include "common/host_port.hpp"
#include "common/log.hpp"

namespace belfry::supervisor {
namespace {

constexpr std::size_t kMostText = sizeof(AnnounceNode::row) / 2;  // bytes of all addresses together

// A wildcard of IPv6 is a host for IPv4 addresses, too, but not the other way round.
std::string reachable_host(const std::string& host, const std::function<std::string(int)>& own_address) {
  if (!is_wildcard_host(host)) return host;
  for (const int family : {AF_INET, AF_INET6})
    if (host == "[::]" || family == AF_INET)
      if (std::string own = own_address(family); !own.empty()) return own;
  return host == "[::]" ? "[::1]" : "127.0.0.1";
}

// Those that other machines reach stand in front.
std::vector<HostPort> reachable(const std::vector<std::string>& listen,
                                const std::function<std::string(int)>& own_address) {
  std::vector<HostPort> all;
  for (const bool loopback : {false, true})
    for (const std::string& address : listen) {
      if (is_loopback_address(address) != loopback) continue;
      HostPort one = split_host_port(address);
      one.host = reachable_host(one.host, own_address);
      all.push_back(std::move(one));
    }
  return all;
}

std::size_t text_size(const std::vector<std::string>& texts) {
  std::size_t size = 0;
  for (const std::string& text : texts) size += text.size();
  return size;
}

std::string text_of(const ifaddrs& interface) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  if (interface.ifa_addr->sa_family == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in*>(interface.ifa_addr)->sin_addr;
    return ::inet_ntop(AF_INET, &address, text.data(), text.size());
  }
  const auto& address = reinterpret_cast<const sockaddr_in6*>(interface.ifa_addr)->sin6_addr;
  if (IN6_IS_ADDR_LINKLOCAL(&address)) return "";
  return std::string("[").append(::inet_ntop(AF_INET6, &address, text.data(), text.size())).append("]");
}

}  // namespace

std::vector<std::string> advertised_addresses(const std::string& advertise, const std::vector<std::string>& listen,
                                              const std::function<std::string(int family)>& own_address) {
  const std::vector<HostPort> listening = reachable(listen, own_address);
  const HostPort first = advertise.empty() ? listening.front() : split_host_port(advertise);
  std::vector<std::string> addresses = {first.host + ":" + first.port};
  const auto same_port = std::ranges::find_if(listening, [&](const HostPort& one) { return one.port == first.port; });
  if (same_port == listening.end()) return addresses;  // ports are translated on the way: only one is known
  for (const HostPort& one : listening) {
    const std::string address = first.host + ":" + one.port;
    if (one.host != same_port->host || std::ranges::count(addresses, address) != 0) continue;
    if (text_size(addresses) + address.size() > kMostText) {
      log::warning("not all addresses are announced to other nodes", {{"first", addresses.front()}});
      break;
    }
    addresses.push_back(address);
  }
  return addresses;
}

std::string own_interface_address(int family) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return "";
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owned(list, ::freeifaddrs);
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    const bool up = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (!up || one->ifa_addr == nullptr || one->ifa_addr->sa_family != family) continue;
    if (std::string text = text_of(*one); !text.empty()) return text;
  }
  return "";
}

}  // namespace belfry::supervisor
