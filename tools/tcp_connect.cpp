#include "tools/tcp_connect.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "common/socket_address.hpp"
#include "tools/wait_for.hpp"

namespace belfry::tools {
namespace {

Result<std::vector<SocketAddress>> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) return Unexpected(Error{"cannot resolve " + host + ": " + gai_strerror(failure), EHOSTUNREACH});
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);

  std::vector<SocketAddress> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    auto& address = addresses.emplace_back();
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.length = entry->ai_addrlen;
  }
  return addresses;
}

Result<UniqueFd> connect_one(const SocketAddress& address, TimePoint deadline) {
  const std::string name = address.to_string();
  UniqueFd socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return Unexpected(errno_error(name));
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.length) != 0) {
    if (errno != EINPROGRESS) return Unexpected(errno_error(name));
    if (auto ready = wait_for(socket.get(), POLLOUT, deadline, name); !ready) return Unexpected(ready.error());
    int failure = 0;
    socklen_t length = sizeof failure;
    getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failure, &length);
    if (failure != 0) return Unexpected(errno_error(name, failure));
  }
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

Result<UniqueFd> connect_tcp(const std::string& host, std::uint16_t port, TimePoint deadline) {
  auto addresses = resolve(host, port);
  if (!addresses) return Unexpected(addresses.error());

  Error failure{"cannot connect to " + host, EHOSTUNREACH};
  auto untried = static_cast<int>(addresses->size());
  for (const auto& address : *addresses) {
    // A silent address may use its share of the time only, so that the next ones are tried too.
    const auto now = Clock::now();
    auto socket = connect_one(address, now + (deadline - now) / untried--);
    if (socket) return socket;
    failure.message += (&address == &addresses->front() ? ": " : "; ") + socket.error().message;
    failure.code = socket.error().code;
  }
  return Unexpected(failure);
}

}  // namespace belfry::tools
