#include "worker/net/send_engine.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace belfry::net {
namespace {

ssize_t send_parts(Outgoing& outgoing) {
  if (outgoing.parts.size() == 1)  // the kernel has less to copy
    return ::send(outgoing.fd, outgoing.parts[0].iov_base, outgoing.parts[0].iov_len, MSG_NOSIGNAL);
  outgoing.message = {};
  outgoing.message.msg_iov = outgoing.parts.data();
  outgoing.message.msg_iovlen = outgoing.parts.size();
  return ::sendmsg(outgoing.fd, &outgoing.message, MSG_NOSIGNAL);
}

}  // namespace

void SendmsgEngine::send(std::span<Outgoing> batch) {
  for (Outgoing& outgoing : batch) {
    do outgoing.result = send_parts(outgoing);
    while (outgoing.result < 0 && errno == EINTR);
    if (outgoing.result < 0) outgoing.result = -errno;
  }
}

}  // namespace belfry::net
