#include "common/packet_writer.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace belfry {

PacketSent send_text_packet(int fd, std::string_view text) {
  ssize_t sent;
  do sent = ::send(fd, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent >= 0) return PacketSent::sent;
  return errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM ? PacketSent::no_room : PacketSent::reader_gone;
}

bool reader_is_gone(int fd) {
  pollfd reader = {fd, 0, 0};
  return ::poll(&reader, 1, 0) == 1 && (reader.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

}  // namespace belfry
