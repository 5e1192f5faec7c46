#include "tools/bench/tls_lines.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/assert.hpp"

namespace belfry::bench {
namespace {

constexpr std::size_t kBufferSize = 64 * 1024;

TlsContext make_client_context() {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  BELFRY_ASSERT(context != nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

}  // namespace

TlsLines::TlsLines(std::uint32_t capacity)
    : context_(make_client_context()), sessions_(capacity), buffer_(kBufferSize) {}

bool TlsLines::begin(std::uint32_t i, int fd) {
  if (sessions_[i] == nullptr) {
    std::unique_ptr<SSL, net::SslDeleter> ssl(SSL_new(context_.get()));
    SSL_set_connect_state(ssl.get());
    sessions_[i] = std::make_unique<net::TlsSession>(pipe_, std::move(ssl));
    sessions_[i]->start();
  }
  return flush(*sessions_[i], fd);
}

ssize_t TlsLines::read(std::uint32_t i, int fd, std::span<std::uint8_t> room) {
  net::TlsSession& session = *sessions_[i];
  const ssize_t count = ::recv(fd, buffer_.data(), std::min(buffer_.size(), room.size()), MSG_DONTWAIT);
  if (count <= 0) return count;
  session.feed(std::span(buffer_).first(static_cast<std::size_t>(count)));
  std::size_t said = 0;  // no more than what came, and a record that was half there
  while (said < room.size()) {
    const std::size_t size = session.read(room.subspan(said));
    if (size == 0) break;
    said += size;
  }
  const bool flushed = flush(session, fd);
  if (said > 0) return static_cast<ssize_t>(said);
  if (!flushed) return -1;
  if (session.has_ended()) return 0;
  errno = session.has_failed() ? EPROTO : EAGAIN;
  return -1;
}

ssize_t TlsLines::write(std::uint32_t i, int fd, std::string_view bytes) {
  net::TlsSession& session = *sessions_[i];
  if (!session.write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})) {
    errno = EPROTO;
    return -1;
  }
  const bool kept = flush(session, fd) || errno == EAGAIN;  // then the rest goes with what is written next
  return kept ? static_cast<ssize_t>(bytes.size()) : -1;
}

bool TlsLines::flush(net::TlsSession& session, int fd) {
  while (!session.unsent().empty()) {
    const ssize_t count = ::send(fd, session.unsent().data(), session.unsent().size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) return false;
    session.sent(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace belfry::bench
