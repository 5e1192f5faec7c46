#include "supervisor/listeners.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "common/log.hpp"
#include "common/socket_address.hpp"

namespace belfry::supervisor {
namespace {

enum class Sharing { alone, with_siblings };

Error about(const SocketAddress& address, int error) {
  const std::string where = "listen: " + address.to_string();
  if (error == EADDRINUSE) return {where + " is in use by another process", error};
  if (error == EACCES) return {where + " needs a privilege: ports below 1024 take root or CAP_NET_BIND_SERVICE", error};
  if (error == EADDRNOTAVAIL || error == EAFNOSUPPORT) return {where + " is no address of this machine", error};
  return errno_error(where, error);
}

bool is_missing(const Error& error) { return error.code == EADDRNOTAVAIL || error.code == EAFNOSUPPORT; }

bool set(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

bool set_options(int fd, int family, Sharing sharing) {
  return set(fd, SOL_SOCKET, SO_REUSEADDR) && (family != AF_INET6 || set(fd, IPPROTO_IPV6, IPV6_V6ONLY)) &&
         (sharing == Sharing::alone || set(fd, SOL_SOCKET, SO_REUSEPORT)) && set(fd, IPPROTO_TCP, TCP_NODELAY);
}

Result<UniqueFd> bound(const SocketAddress& address, Sharing sharing) {
  UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || !set_options(fd.get(), address.family(), sharing)) return Unexpected(about(address, errno));
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.length) != 0)
    return Unexpected(about(address, errno));
  return fd;
}

Result<UniqueFd> listening(const SocketAddress& address) {
  auto fd = bound(address, Sharing::with_siblings);
  if (fd && ::listen(fd->get(), kListenBacklog) != 0) return Unexpected(about(address, errno));
  return fd;
}

std::uint16_t port_of(int fd) {
  SocketAddress local;
  local.length = sizeof local.storage;
  const int status = ::getsockname(fd, reinterpret_cast<sockaddr*>(&local.storage), &local.length);
  BELFRY_ASSERT(status == 0);
  return local.port();
}

Result<std::vector<SocketAddress>> parse(const std::vector<std::string>& texts) {
  std::vector<SocketAddress> addresses;
  for (const std::string& text : texts) {
    auto address = parse_socket_address(text);
    if (!address) return Unexpected("listen: " + address.error().message);
    addresses.push_back(*address);
  }
  return addresses;
}

// The addresses that can be bound, or why one cannot.
Result<std::vector<SocketAddress>> probe(const std::vector<SocketAddress>& addresses, MissingFamily missing) {
  std::vector<SocketAddress> free;
  std::optional<Error> skipped;
  for (const SocketAddress& address : addresses) {
    if (auto probed = bound(address, Sharing::alone)) {
      free.push_back(address);
    } else if (missing == MissingFamily::skip && is_missing(probed.error())) {
      skipped = probed.error();
      log::warning("address skipped", {{"reason", skipped->message}});
    } else {
      return Unexpected(probed.error());
    }
  }
  if (free.empty()) return Unexpected(skipped.value_or(Error{"listen: no address is named"}));
  return free;
}

// Port 0 of a later address becomes the port of an earlier one where nobody holds that.
void prefer_port(SocketAddress& address, std::uint16_t port) {
  SocketAddress preferred = address;
  preferred.set_port(port);
  if (bound(preferred, Sharing::alone)) address = preferred;
}

}  // namespace

Result<Listeners> Listeners::open(const std::vector<std::string>& texts, std::uint32_t slots, MissingFamily missing) {
  auto wanted = parse(texts);
  if (!wanted) return Unexpected(wanted.error());
  auto addresses = probe(*wanted, missing);
  if (!addresses) return Unexpected(addresses.error());
  Listeners listeners(slots);
  std::uint16_t chosen_port = 0;
  for (SocketAddress address : *addresses) {
    const bool chosen = address.port() == 0;
    if (chosen && chosen_port != 0) prefer_port(address, chosen_port);
    for (auto& slot : listeners.by_slot_) {
      auto fd = listening(address);
      if (!fd) return Unexpected(fd.error());
      if (address.port() == 0) address.set_port(port_of(fd->get()));
      slot.push_back(std::move(*fd));
    }
    if (chosen) chosen_port = address.port();
    listeners.addresses_.push_back(address.to_string());
  }
  return listeners;
}

std::vector<int> Listeners::of_slot(std::uint32_t slot) const {
  std::vector<int> fds;
  for (const UniqueFd& fd : by_slot_.at(slot)) fds.push_back(fd.get());
  return fds;
}

}  // namespace belfry::supervisor
