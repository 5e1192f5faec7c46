// What a Stream does where it has a TLS session: between the socket and the protocol on the way in, between the
// out-queue and the send engine on the way out.
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "worker/net/reactor.hpp"
#include "worker/net/stream.hpp"

namespace belfry::net {
namespace {

// That OpenSSL wants to send by itself, as answers to what the peer sends: more is an attack.
constexpr std::size_t kMostUnasked = 128 * 1024;

// The first ones, as far as they fit.
std::span<const std::uint8_t> joined(std::span<const iovec> parts, std::span<std::uint8_t> room) {
  std::size_t size = 0;
  for (const iovec& part : parts) {
    const std::size_t count = std::min(part.iov_len, room.size() - size);
    std::memcpy(room.data() + size, part.iov_base, count);
    size += count;
    if (count < part.iov_len) break;
  }
  return room.first(size);
}

}  // namespace

// A protocol may hand its connection to another one, TLS session included, in the middle of it.
void Stream::decrypt(std::span<const std::uint8_t> bytes) {
  Reactor& reactor = reactor_;
  const int fd = fd_.get();
  TlsSession& tls = *tls_;
  const std::span<std::uint8_t> plain = reactor.plain_buffer();
  tls.feed(bytes);
  Stream* owner = this;
  for (;;) {
    const std::size_t size = tls.read(plain);
    if (tls.take_established()) owner->count_handshake();
    if (size == 0) break;
    owner->on_bytes(plain.first(size));
    owner = reactor.stream_of(fd);
    if (owner == nullptr || owner->tls_.get() != &tls || owner->finishing_) return;
  }
  owner->conclude_decrypting();
}

void Stream::count_handshake() {
  Counters& counters = reactor_.counters();
  ++counters.tls_handshakes;
  if (tls_->is_resumed()) ++counters.tls_resumed;
}

// The peer's end of TLS is made to stand where its FIN would: it is then found like one, and as often.
void Stream::conclude_decrypting() {
  if (tls_->unsent().size() > kMostUnasked) return abandon();
  if (!tls_->unsent().empty() && !blocked_) reactor_.flush_later(*this);
  if (tls_->has_ended()) ::shutdown(fd_.get(), SHUT_RD);
  if (!tls_->has_failed()) return;
  if (tls_->is_established()) return abandon();
  ++reactor_.counters().tls_failed;
  if (!tls_->met_http()) return finish();  // behind the alert that says why
  tls_.reset();
  on_http_without_tls();
}

// A record at a time, when the peer has taken the one before: what waits behind it can still be dropped.
void Stream::encrypt(std::span<iovec> room) {
  if (finishing_ && !tls_->is_established()) out_.reset();  // it can be told nothing
  if (out_ != nullptr && tls_->is_established() && tls_->unsent().empty()) {
    const auto plain = joined(room.first(out_->gather(room)), reactor_.plain_buffer());
    if (!tls_->write(plain)) return break_off();
    out_->consume(plain.size());
    if (out_->empty()) out_.reset();
  }
  if (finishing_ && out_ == nullptr) tls_->end();
}

// For what cannot end where it stands: the end comes with the next events of the descriptor.
void Stream::break_off() {
  out_.reset();
  ::shutdown(fd_.get(), SHUT_RDWR);
}

}  // namespace belfry::net
