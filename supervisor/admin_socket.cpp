#include "supervisor/admin_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "common/unix_address.hpp"
#include "supervisor/runtime_dir.hpp"

namespace belfry::supervisor {
namespace {

Result<void> make_way(const std::string& path, const UnixAddress& address) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) return Unexpected("admin_socket: " + path + " exists and is no socket");
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(probe.get(), address.get(), address.length()) == 0 || errno == EAGAIN)
    return Unexpected("admin_socket: " + path + " is in use by another process");
  return remove_stale(path);
}

std::vector<gid_t> groups_of(int connection) {
  std::vector<gid_t> groups(64);
  for (;;) {
    socklen_t size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    const int status = ::getsockopt(connection, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
    if (status != 0 && errno != ERANGE) return {};
    groups.resize(size / sizeof(gid_t));  // with ERANGE: the size that is needed
    if (status == 0) return groups;
  }
}

}  // namespace

Result<UniqueFd> bind_admin_socket(const std::string& path) {
  auto address = unix_address(path);
  if (!address) return Unexpected("admin_socket: " + address.error().message);
  if (auto clear = make_way(path, *address); !clear) return Unexpected(clear.error());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return Unexpected(errno_error("admin_socket: " + path));
  const mode_t before = ::umask(0117);  // never open to others, not for a moment
  const int status = ::bind(fd.get(), address->get(), address->length());
  const int error = errno;
  ::umask(before);
  if (status != 0) return Unexpected(errno_error("admin_socket: " + path, error));
  return fd;
}

AdminPeer peer_of(int connection, const std::string& socket_path) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return AdminPeer::stranger;
  if (peer.uid == 0 || peer.uid == ::geteuid()) return AdminPeer::owner;
  struct stat socket;
  if (::stat(socket_path.c_str(), &socket) != 0) return AdminPeer::stranger;
  const std::vector<gid_t> groups = groups_of(connection);
  const bool is_member = peer.gid == socket.st_gid || std::ranges::find(groups, socket.st_gid) != groups.end();
  return is_member ? AdminPeer::member : AdminPeer::stranger;
}

}  // namespace belfry::supervisor
