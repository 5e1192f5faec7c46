#include "worker/net/acceptor.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "common/log.hpp"

namespace belfry::net {
namespace {

constexpr Milliseconds kRetry{100};

// accept(2): errors of the connection that was about to be accepted, or of the moment; the next one may be fine.
bool concerns_one_connection(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case ENONET:
    case ETIMEDOUT: return true;
    default: return false;
  }
}

}  // namespace

Acceptor::Acceptor(Reactor& reactor, int listener, std::size_t max_streams, OnAccept on_accept)
    : reactor_(reactor),
      listener_(listener),
      max_streams_(max_streams),
      on_accept_(std::move(on_accept)),
      retry_(make_uv_handle<uv_timer_t>(reactor.loop(), this, uv_timer_init)) {
  reactor_.add(*this);
}

void Acceptor::stop() {
  if (std::exchange(stopped_, true)) return;
  uv_timer_stop(retry_.get());
  reactor_.set_listening_interest(*this, false);
}

void Acceptor::on_connections() {
  for (int i = 0; i < kAcceptsATurn && !stopped_; ++i) {
    if (reactor_.stream_count() >= max_streams_) return pause("the connection limit is reached");
    UniqueFd fd(::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      on_accept_(std::move(fd));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (!concerns_one_connection(errno)) {
      return pause(std::strerror(errno));
    }
  }
  if (std::exchange(paused_, false)) log::info("accepting again", {{"connections", reactor_.stream_count()}});
}

void Acceptor::pause(const char* reason) {
  if (!std::exchange(paused_, true))
    log::warning("accepting pauses", {{"reason", reason}, {"connections", reactor_.stream_count()}});
  reactor_.set_listening_interest(*this, false);
  uv_timer_start(
      retry_.get(), [](uv_timer_t* timer) noexcept { static_cast<Acceptor*>(timer->data)->resume(); }, kRetry.count(),
      0);
}

void Acceptor::resume() { reactor_.set_listening_interest(*this, true); }

}  // namespace belfry::net
