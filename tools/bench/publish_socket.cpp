#include "tools/bench/publish_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "common/clock.hpp"
#include "common/unix_address.hpp"
#include "tools/bench/task.hpp"
#include "tools/tcp_connect.hpp"

namespace belfry::bench {
namespace {

constexpr Seconds kConnectTimeout{5};

Result<UniqueFd> connect_unix(const std::string& path) {
  auto address = unix_address(path);
  if (!address) return Unexpected(address.error());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), address->get(), address->length()) != 0) return Unexpected(errno_error(path));
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  return fd;
}

}  // namespace

Result<UniqueFd> PublishSocket::open(const Plan& plan) {
  const TimePoint deadline = Clock::now() + kConnectTimeout;
  if (plan.via != Via::redis)
    return tools::connect_tcp(plan.target.publish_url.host, plan.target.publish_url.port, deadline);
  const RedisEndpoint& redis = plan.redis.endpoint;
  if (!redis.unix_path.empty()) return connect_unix(redis.unix_path);
  return tools::connect_tcp(redis.host, redis.port, deadline);
}

PublishSocket::PublishSocket(UniqueFd fd, Poller& poller) : fd_(std::move(fd)), poller_(poller) {
  poller_.add(fd_.get(), EPOLLIN, kTaskTag);
}

Result<void> PublishSocket::flush() {
  if (output_.empty()) return {};
  const ssize_t count = ::send(fd_.get(), output_.data(), output_.size(), MSG_NOSIGNAL);
  if (count < 0 && errno != EAGAIN) return Unexpected(errno_error("the publisher's connection"));
  if (count > 0) output_.erase(0, static_cast<std::size_t>(count));
  watch_writing(!output_.empty());
  return {};
}

void PublishSocket::watch_writing(bool wanted) {
  if (std::exchange(watches_writing_, wanted) == wanted) return;
  poller_.change(fd_.get(), wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, kTaskTag);
}

Result<void> PublishSocket::receive() {
  std::array<char, 64 * 1024> block;
  const ssize_t count = ::recv(fd_.get(), block.data(), block.size(), MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return {};
  if (count < 0) return Unexpected(errno_error("the publisher's connection"));
  if (count == 0) return Unexpected("the server ended the publisher's connection");
  input_.append(block.data(), static_cast<std::size_t>(count));
  return {};
}

}  // namespace belfry::bench
