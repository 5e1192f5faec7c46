#include "worker/bus/redis_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "common/assert.hpp"

namespace belfry::bus {

Result<std::unique_ptr<RedisSocket>> RedisSocket::to_path(uv_loop_t* loop, const std::string& path,
                                                          Listener& listener) {
  return open(loop, Context(::redisConnectUnixNonBlock(path.c_str())), listener);
}

Result<std::unique_ptr<RedisSocket>> RedisSocket::to_address(uv_loop_t* loop, const std::string& address, int port,
                                                             Listener& listener) {
  return open(loop, Context(::redisConnectNonBlock(address.c_str(), port)), listener);
}

Result<std::unique_ptr<RedisSocket>> RedisSocket::open(uv_loop_t* loop, Context context, Listener& listener) {
  BELFRY_ASSERT(context != nullptr);
  if (context->err != 0) return Unexpected(std::string(context->errstr));
  auto handle = std::make_unique<uv_poll_t>();
  if (const int status = uv_poll_init(loop, handle.get(), context->fd); status != 0)
    return Unexpected(std::string("uv_poll_init: ") + uv_strerror(status));
  return std::unique_ptr<RedisSocket>(new RedisSocket(std::move(context), UvPoll(handle.release()), listener));
}

RedisSocket::RedisSocket(Context context, UvPoll poll, Listener& listener)
    : context_(std::move(context)), poll_(std::move(poll)), listener_(listener) {
  poll_->data = this;
  poll_for(UV_WRITABLE);  // as soon as it is connected
}

void RedisSocket::poll_for(int events) {
  if (std::exchange(events_, events) == events) return;
  if (events == 0) uv_poll_stop(poll_.get());
  else
    uv_poll_start(poll_.get(), events, [](uv_poll_t* poll, int status, int ready) noexcept {
      if (poll->data != nullptr) static_cast<RedisSocket*>(poll->data)->handle_ready(status, ready);
    });
}

// An error of the socket ends the polling: libuv says so with a status of its own, the calls tell which it is.
void RedisSocket::handle_ready(int status, int events) {
  if (!connected_) return finish_connecting();
  const uv_poll_t* const poll = poll_.get();  // its `data` is null when we are gone
  if (status < 0) events = UV_READABLE | UV_WRITABLE;
  if ((events & UV_READABLE) != 0) read();
  if ((events & UV_WRITABLE) != 0 && poll->data != nullptr) write();
  if (status < 0 && poll->data != nullptr) listener_.on_broken("the connection failed");
}

void RedisSocket::finish_connecting() {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return listener_.on_broken(std::strerror(error));
  connected_ = true;
  if (context_->connection_type == REDIS_CONN_TCP) {  // hiredis 0.14 has done so, 1.x only where it waits itself
    const int on = 1;
    ::setsockopt(context_->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  poll_for(UV_READABLE);
  listener_.on_connected();
}

void RedisSocket::read() {
  if (::redisBufferRead(context_.get()) != REDIS_OK) return report_broken();
  for (const uv_poll_t* const poll = poll_.get(); poll->data != nullptr;) {
    void* next = nullptr;
    if (::redisGetReplyFromReader(context_.get(), &next) != REDIS_OK) return report_broken();
    if (next == nullptr) return;
    const std::unique_ptr<void, decltype(&::freeReplyObject)> reply(next, ::freeReplyObject);
    listener_.on_reply(Reply(static_cast<redisReply*>(next)));
  }
}

void RedisSocket::append(Arguments command) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view argument : command) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  const int status =
      ::redisAppendCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(), sizes.data());
  BELFRY_ASSERT(status == REDIS_OK);  // it fails for want of memory only
}

void RedisSocket::flush() {
  const bool is_polled_for = (events_ & UV_WRITABLE) != 0;
  if (connected_ && !is_polled_for && unsent_bytes() > 0) write();
}

std::size_t RedisSocket::unsent_bytes() const { return sdslen(context_->obuf); }

void RedisSocket::write() {
  int all = 0;
  if (::redisBufferWrite(context_.get(), &all) != REDIS_OK) return report_broken();
  poll_for(all != 0 ? events_ & ~UV_WRITABLE : events_ | UV_WRITABLE);
}

void RedisSocket::report_broken() { listener_.on_broken(context_->errstr); }

}  // namespace belfry::bus
