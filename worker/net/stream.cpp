#include "worker/net/stream.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "common/assert.hpp"
#include "worker/net/reactor.hpp"

namespace belfry::net {
namespace {

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

Stream::Stream(Reactor& reactor, UniqueFd fd, std::unique_ptr<TlsSession> tls)
    : reactor_(reactor), tls_(std::move(tls)), fd_(std::move(fd)) {}

Stream::Stream(Stream& predecessor)
    : reactor_(predecessor.reactor_),
      out_(std::move(predecessor.out_)),
      tls_(std::move(predecessor.tls_)),
      reading_(predecessor.reading_),
      blocked_(predecessor.blocked_) {
  BELFRY_ASSERT(!predecessor.is_closed() && !predecessor.finishing_);
  reactor_.retire(predecessor);
  fd_ = std::move(predecessor.fd_);
}

Stream::~Stream() = default;

IpAddress Stream::peer_address() const {
  sockaddr_storage peer = {};
  socklen_t size = sizeof peer;
  if (::getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return {};
  return ip_address_of(peer);
}

void Stream::send(SharedBytes bytes, std::size_t messages) {
  if (is_closed() || finishing_ || bytes.size() == 0) return;
  if (out_ == nullptr) out_ = std::make_unique<OutQueue>();
  out_->push(std::move(bytes), messages, reactor_.now());
  const QueueLimits limits = queue_limits();
  if (limits.max_bytes != 0 && out_->waiting_bytes() > limits.max_bytes && blocked_ && !slow_) {
    slow_ = true;
    on_slow();
  }
  if (is_closed()) return;
  if (!blocked_) reactor_.flush_later(*this);
  else if (limits.max_wait != kNever) wake_at(reactor_.now() + limits.max_wait);
}

void Stream::account(MemoryAccount& account) const {
  account.add(MemoryKind::connections, MemoryAccount::block_bytes(dynamic_cast<const void*>(this)));
  if (out_ != nullptr) out_->account(account);
  if (tls_ != nullptr) tls_->account(account);
}

void Stream::pause_reading() {
  if (!reading_ || is_closed()) return;
  reading_ = false;
  update_interest();
}

void Stream::resume_reading() {
  if (reading_ || is_closed()) return;
  reading_ = true;
  update_interest();
}

void Stream::finish(Tick linger) {
  if (finishing_ || is_closed()) return;
  finishing_ = true;
  finish_by_ = reactor_.now() + linger;
  wake_at(finish_by_);
  resume_reading();
  reactor_.flush_later(*this);
}

void Stream::abandon() {
  if (is_closed()) return;
  reactor_.retire(*this);
  fd_.reset();
  on_closed();
}

void Stream::wake_at(Tick at) {
  if (at == kNever || (wheel_tick_ != 0 && wheel_tick_ <= at)) return;
  wheel_tick_ = reactor_.wheel().enter(fd_.get(), at);
}

void Stream::drop_waiting() {
  if (out_ != nullptr) reactor_.counters().dropped += out_->drop_waiting();
}

void Stream::handle_events(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) reactor_.flush_later(*this);
  if ((events & EPOLLIN) != 0 && reading_) return read_once();
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) abandon();
}

void Stream::handle_deadline(Tick now) {
  wheel_tick_ = 0;
  if (finishing_) {
    if (now >= finish_by_) return abandon();
    return wake_at(finish_by_);
  }
  const Tick oldest = out_ == nullptr ? kNever : out_->oldest_waiting();
  const Tick max_wait = queue_limits().max_wait;
  if (oldest != kNever && max_wait != kNever && !slow_) {
    if (now >= oldest + max_wait) {
      slow_ = true;
      on_slow();
    } else {
      wake_at(oldest + max_wait);
    }
  }
  if (!is_closed() && !finishing_) on_deadline(now);
}

void Stream::read_once() {
  const std::span<std::uint8_t> buffer = reactor_.read_buffer();
  ssize_t got;
  do got = ::read(fd_.get(), buffer.data(), buffer.size());
  while (got < 0 && errno == EINTR);
  if (got < 0 && would_block(errno)) return;
  if (got < 0 || (got == 0 && finishing_)) return abandon();
  if (got == 0) return on_end_of_input();
  if (finishing_) return;
  reactor_.counters().bytes_in += static_cast<std::uint64_t>(got);
  const auto bytes = buffer.first(static_cast<std::size_t>(got));
  if (tls_ != nullptr) decrypt(bytes);
  else on_bytes(bytes);
}

bool Stream::gather(Outgoing& outgoing, std::span<iovec> room) {
  if (is_closed()) return false;
  if (tls_ != nullptr) encrypt(room);
  if (tls_ != nullptr ? tls_->unsent().empty() : out_ == nullptr) {
    if (finishing_) shut_down_writing();
    return false;
  }
  outgoing.stream = this;
  outgoing.fd = fd_.get();
  outgoing.parts = room.first(tls_ != nullptr ? tls_->gather(room) : out_->gather(room));
  outgoing.bytes = 0;
  for (const iovec& part : outgoing.parts) outgoing.bytes += part.iov_len;
  return true;
}

void Stream::consume(const Outgoing& outgoing) {
  if (outgoing.result <= 0) return;
  const auto sent = static_cast<std::size_t>(outgoing.result);
  reactor_.counters().bytes_out += sent;
  if (tls_ != nullptr) return tls_->sent(sent);
  out_->consume(sent);
  if (out_->empty()) out_.reset();
}

// Less than everything has left: the peer's window is full.
void Stream::conclude(const Outgoing& outgoing) {
  if (is_closed()) return;
  if (outgoing.result < 0 && !would_block(static_cast<int>(-outgoing.result))) return abandon();
  const bool all = outgoing.result == static_cast<ssize_t>(outgoing.bytes);
  if (all && out_ != nullptr) return reactor_.flush_later(*this);
  set_blocked(!all);
  if (is_closed()) return;
  if (!all) {
    const Tick max_wait = queue_limits().max_wait;
    if (max_wait != kNever) wake_at(reactor_.now() + max_wait);
  } else if (finishing_) {
    shut_down_writing();
  } else {
    on_flushed();
  }
}

void Stream::set_blocked(bool blocked) {
  if (blocked == blocked_) return;
  blocked_ = blocked;
  update_interest();
  if (blocked) on_blocked();
}

void Stream::shut_down_writing() {
  if (shut_) return;
  shut_ = true;
  ::shutdown(fd_.get(), SHUT_WR);
}

void Stream::update_interest() {
  reactor_.set_interest(fd_.get(), (reading_ ? EPOLLIN : 0u) | (blocked_ ? EPOLLOUT : 0u));
}

}  // namespace belfry::net
