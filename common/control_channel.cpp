#include "common/control_channel.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace belfry {

Result<std::pair<UniqueFd, UniqueFd>> make_control_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) != 0)
    return Unexpected(errno_error("socketpair"));
  return std::pair(UniqueFd(fds[0]), UniqueFd(fds[1]));
}

namespace detail {
namespace {

struct Header {
  std::uint32_t version = kControlVersion;
  std::uint32_t kind = 0;
};

constexpr std::size_t kMaxBody = 4096;

// Room for one descriptor in an ancillary message, aligned as cmsg(3) demands.
union Ancillary {
  cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int))];
};

void attach(msghdr& message, Ancillary& ancillary, int fd) {
  message.msg_control = ancillary.bytes;
  message.msg_controllen = sizeof ancillary.bytes;
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(head), &fd, sizeof fd);
}

UniqueFd attached_to(msghdr& message) {
  const cmsghdr* head = CMSG_FIRSTHDR(&message);
  if (head == nullptr || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) return UniqueFd();
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
  return UniqueFd(fd);
}

}  // namespace

Result<void> send_packet(int fd, std::uint32_t kind, const void* body, std::size_t size, int attached) {
  BELFRY_ASSERT(size <= kMaxBody);
  Header header = {.kind = kind};
  std::array<iovec, 2> parts = {iovec{&header, sizeof header}, iovec{const_cast<void*>(body), size}};
  msghdr message = {};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  Ancillary ancillary = {};
  if (attached >= 0) attach(message, ancillary, attached);
  ssize_t sent;
  do sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) return Unexpected(errno_error("control channel: sendmsg"));
  return {};
}

Result<std::optional<Packet>> receive_packet(int fd) {
  Header header;
  std::string body(kMaxBody, '\0');
  std::array<iovec, 2> parts = {iovec{&header, sizeof header}, iovec{body.data(), body.size()}};
  Ancillary ancillary = {};
  msghdr message = {};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  message.msg_control = ancillary.bytes;
  message.msg_controllen = sizeof ancillary.bytes;
  ssize_t received;
  do received = ::recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  while (received < 0 && errno == EINTR);
  if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::optional<Packet>();
  if (received < 0) return Unexpected(errno_error("control channel: recvmsg"));
  UniqueFd attached = attached_to(message);
  if (received == 0) return Unexpected("control channel: peer closed");
  if (static_cast<std::size_t>(received) < sizeof header || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
    return Unexpected("control channel: malformed message");
  if (header.version != kControlVersion)
    return Unexpected("control channel: peer speaks version " + std::to_string(header.version));
  body.resize(static_cast<std::size_t>(received) - sizeof header);
  return std::optional<Packet>(Packet{header.kind, std::move(body), std::move(attached)});
}

}  // namespace detail
}  // namespace belfry
