#include "tools/admin_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/unix_address.hpp"
#include "tools/wait_for.hpp"

namespace belfry::tools {
namespace {

constexpr std::size_t kLargestAnswer = 16 << 20;
constexpr std::string_view kTheSupervisor = "the supervisor";

Error connect_error(const std::string& path, int code) {
  if (code == ENOENT || code == ECONNREFUSED) return {"no belfry is running with the admin socket " + path, code};
  return errno_error(path, code);
}

// The process at the other end, held against its pid being used again. By number: not every glibc header declares
// pidfd_open() with C linkage.
UniqueFd peer_process(int socket) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0) return UniqueFd();
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, peer.pid, 0)));
}

}  // namespace

Result<AdminClient> AdminClient::open(const std::string& path) {
  auto address = unix_address(path);
  if (!address) return Unexpected(address.error());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return Unexpected(errno_error("socket"));
  if (::connect(socket.get(), address->get(), address->length()) != 0) return Unexpected(connect_error(path, errno));
  UniqueFd process = peer_process(socket.get());
  return AdminClient(std::move(socket), std::move(process));
}

Result<std::string> AdminClient::ask(std::string_view command, Milliseconds timeout) {
  const TimePoint deadline = Clock::now() + timeout;
  if (auto written = write_line(command, deadline); !written) return Unexpected(written.error());
  return read_line(deadline);
}

Result<void> AdminClient::write_line(std::string_view command, TimePoint deadline) {
  std::string line = std::string(command) + "\n";
  while (!line.empty()) {
    if (auto ready = wait_for(socket_.get(), POLLOUT, deadline, kTheSupervisor); !ready) return ready;
    const ssize_t sent = ::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return Unexpected(errno_error("the admin socket"));
    if (sent > 0) line.erase(0, static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::string> AdminClient::read_line(TimePoint deadline) {
  std::string answer;
  char block[16 << 10];
  while (answer.size() < kLargestAnswer) {
    if (auto ready = wait_for(socket_.get(), POLLIN, deadline, kTheSupervisor); !ready)
      return Unexpected(ready.error());
    const ssize_t received = ::recv(socket_.get(), block, sizeof block, MSG_DONTWAIT);
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (received < 0) return Unexpected(errno_error("the admin socket"));
    if (received == 0) return Unexpected(Error{"the supervisor closed the admin socket without an answer", ECONNRESET});
    answer.append(block, static_cast<std::size_t>(received));
    if (const auto end = answer.find('\n'); end != std::string::npos) return answer.substr(0, end);
  }
  return Unexpected("the supervisor's answer has no end");
}

Result<void> AdminClient::wait_for_end(Milliseconds timeout) {
  const TimePoint deadline = Clock::now() + timeout;
  if (process_) return wait_for(process_.get(), POLLIN, deadline, kTheSupervisor);
  char byte;
  do {
    if (auto ready = wait_for(socket_.get(), POLLIN, deadline, kTheSupervisor); !ready) return ready;
  } while (::recv(socket_.get(), &byte, 1, MSG_DONTWAIT) > 0);
  return {};
}

}  // namespace belfry::tools
