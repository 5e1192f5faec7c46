#include "tools/admin_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
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
    if (sent < 0 && errno == EPIPE) return {};  // closed: what it said before, a refusal, can still be read
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return Unexpected(errno_error("the admin socket"));
    if (sent > 0) line.erase(0, static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::string> AdminClient::read_line(TimePoint deadline) {
  while (input_.size() < kLargestAnswer) {
    if (auto line = take_line()) return *line;
    if (auto ready = wait_for(socket_.get(), POLLIN, deadline, kTheSupervisor); !ready)
      return Unexpected(ready.error());
    auto more = read_more();
    if (!more) return Unexpected(more.error());
    if (!*more) return Unexpected(Error{"the supervisor closed the admin socket without an answer", ECONNRESET});
  }
  return Unexpected("the supervisor's answer has no end");
}

std::optional<std::string> AdminClient::take_line() {
  const auto end = input_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = input_.substr(0, end);
  input_.erase(0, end + 1);
  return line;
}

// false: nothing more will come.
Result<bool> AdminClient::read_more() {
  char block[16 << 10];
  const ssize_t received = ::recv(socket_.get(), block, sizeof block, MSG_DONTWAIT);
  if (received < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (received < 0) return Unexpected(errno_error("the admin socket"));
  input_.append(block, static_cast<std::size_t>(received));
  return received > 0;
}

Result<bool> AdminClient::follow(int interrupt_fd, const std::function<bool(std::string_view line)>& on_line) {
  for (;;) {
    while (const auto line = take_line())
      if (!on_line(*line)) return false;
    pollfd waiting[] = {{socket_.get(), POLLIN, 0}, {interrupt_fd, POLLIN, 0}};
    if (::poll(waiting, std::size(waiting), -1) < 0 && errno != EINTR)
      return Unexpected(errno_error("waiting for the supervisor"));
    if (waiting[1].revents != 0) return false;
    if (waiting[0].revents == 0) continue;
    auto more = read_more();
    if (!more || !*more) return more ? Result<bool>(true) : more;
  }
}

Result<void> AdminClient::say(std::string_view command, Milliseconds timeout) {
  return write_line(command, Clock::now() + timeout);
}

Result<bool> AdminClient::take_lines(const std::function<void(std::string_view line)>& on_line) {
  auto goes_on = read_more();
  while (const auto line = take_line()) on_line(*line);
  return goes_on;
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
