#include "supervisor/reuseport_groups.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace belfry::supervisor {

Result<void> ReuseportGroups::follow(const ReuseportProgram& program) {
  if (program.empty()) return detach(), Result<void>();
  const sock_fprog text = {static_cast<unsigned short>(program.size()), const_cast<sock_filter*>(program.data())};
  for (const int socket : sockets_) {
    if (::setsockopt(socket, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &text, sizeof text) == 0) continue;
    const int error = errno;
    detach();
    return Unexpected(errno_error("SO_ATTACH_REUSEPORT_CBPF", error));
  }
  return {};
}

void ReuseportGroups::detach() {
  const int unused = 0;
  for (const int socket : sockets_)  // ENOENT: it has none
    ::setsockopt(socket, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, &unused, sizeof unused);
}

}  // namespace belfry::supervisor
