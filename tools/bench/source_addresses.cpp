#include "tools/bench/source_addresses.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace belfry::bench {
namespace {

constexpr std::uint32_t kFirst = 0x7f000002;  // 127.0.0.2
constexpr std::uint32_t kCount = 250;

}  // namespace

SourceAddresses::SourceAddresses(const SocketAddress& target, std::uint32_t first)
    : target_(target), is_many_(target.family() == AF_INET && target.is_loopback()), next_(first) {}

Result<UniqueFd> SourceAddresses::connect_next() {
  UniqueFd fd(::socket(target_.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Unexpected(errno_error("socket"));
  if (auto bound = bind_next(fd.get()); !bound) return Unexpected(bound.error());
  const int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&target_.storage), target_.length) != 0 &&
      errno != EINPROGRESS)
    return Unexpected(errno_error("connect"));
  return fd;
}

Result<void> SourceAddresses::bind_next(int fd) {
  if (!is_many_) return {};
  const int on = 1;  // the port is chosen by connect(), for the whole of both addresses
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in source = {};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(kFirst + next_++ % kCount);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0)
    return Unexpected(errno_error("bind"));
  return {};
}

}  // namespace belfry::bench
