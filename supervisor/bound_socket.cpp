#include "supervisor/bound_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>

#include "common/assert.hpp"

namespace belfry::supervisor {
namespace {

bool set(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

bool set_options(int fd, int family, Sharing sharing) {
  return set(fd, SOL_SOCKET, SO_REUSEADDR) && (family != AF_INET6 || set(fd, IPPROTO_IPV6, IPV6_V6ONLY)) &&
         (sharing == Sharing::alone || set(fd, SOL_SOCKET, SO_REUSEPORT)) && set(fd, IPPROTO_TCP, TCP_NODELAY);
}

}  // namespace

Result<UniqueFd> bind_tcp(std::string_view option, const SocketAddress& address, Sharing sharing) {
  UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || !set_options(fd.get(), address.family(), sharing)) return Unexpected(bind_error(option, address, errno));
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.length) != 0)
    return Unexpected(bind_error(option, address, errno));
  return fd;
}

Error bind_error(std::string_view option, const SocketAddress& address, int error) {
  const std::string where = std::string(option) + ": " + address.to_string();
  if (error == EADDRINUSE) return {where + " is in use by another process", error};
  if (error == EACCES) return {where + " needs a privilege: ports below 1024 take root or CAP_NET_BIND_SERVICE", error};
  if (error == EADDRNOTAVAIL || error == EAFNOSUPPORT) return {where + " is no address of this machine", error};
  return errno_error(where, error);
}

Result<UniqueFd> listen_alone(std::string_view option, std::string& text) {
  auto address = parse_socket_address(text);
  if (!address) return Unexpected(std::string(option) + ": " + address.error().message);
  auto fd = bind_tcp(option, *address, Sharing::alone);
  if (!fd) return fd;
  if (::listen(fd->get(), kSideBacklog) != 0) return Unexpected(bind_error(option, *address, errno));
  text = local_address(fd->get()).to_string();
  return fd;
}

SocketAddress local_address(int fd) {
  SocketAddress local;
  local.length = sizeof local.storage;
  const int status = ::getsockname(fd, reinterpret_cast<sockaddr*>(&local.storage), &local.length);
  BELFRY_ASSERT(status == 0);
  return local;
}

}  // namespace belfry::supervisor
