#include "supervisor/admin_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "common/assert.hpp"

namespace belfry::supervisor {
namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
  BELFRY_ASSERT(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Result<void> make_way(const std::string& path) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) return Unexpected("admin_socket: " + path + " exists and is no socket");
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_un address = address_of(path);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN)
    return Unexpected("admin_socket: " + path + " is in use by another process");
  if (::unlink(path.c_str()) != 0) return Unexpected(errno_error("admin_socket: " + path));
  return {};
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
  if (auto clear = make_way(path); !clear) return Unexpected(clear.error());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return Unexpected(errno_error("admin_socket: " + path));
  const sockaddr_un address = address_of(path);
  const mode_t before = ::umask(0117);  // never open to others, not for a moment
  const int status = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = errno;
  ::umask(before);
  if (status != 0) return Unexpected(errno_error("admin_socket: " + path, error));
  return fd;
}

bool is_admin(int connection, const std::string& socket_path) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  if (peer.uid == 0 || peer.uid == ::geteuid()) return true;
  struct stat socket;
  if (::stat(socket_path.c_str(), &socket) != 0) return false;
  const std::vector<gid_t> groups = groups_of(connection);
  return peer.gid == socket.st_gid || std::find(groups.begin(), groups.end(), socket.st_gid) != groups.end();
}

}  // namespace belfry::supervisor
