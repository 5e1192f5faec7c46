#include "worker/net/tls_session.hpp"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <utility>

#include "common/assert.hpp"
#include "common/log.hpp"

namespace belfry::net {

TlsSession::TlsSession(TlsPipe& pipe, std::unique_ptr<SSL, SslDeleter> ssl) : pipe_(pipe), ssl_(std::move(ssl)) {
  BELFRY_ASSERT(ssl_ != nullptr);
  BIO_up_ref(pipe.bio());
  SSL_set_bio(ssl_.get(), pipe.bio(), pipe.bio());  // takes one reference where both are the same
}

void TlsSession::start() {
  feed({});
  read({});
}

bool TlsSession::take_established() {
  if (handshake_ != Handshake::over) return false;
  handshake_ = Handshake::told;
  return true;
}

std::size_t TlsSession::read(std::span<std::uint8_t> room) {
  if (state_ != State::open) return 0;
  ERR_clear_error();
  pipe_.set_output(unsent_);
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_.get(), room.data(), room.size(), &got);
  if (handshake_ == Handshake::under_way && SSL_is_init_finished(ssl_.get())) handshake_ = Handshake::over;
  if (result != 1) note_failure(result);
  return got;
}

bool TlsSession::write(std::span<const std::uint8_t> bytes) {
  if (has_failed()) return false;
  ERR_clear_error();
  pipe_.set_input({});
  pipe_.set_output(unsent_);
  std::size_t written = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
  if (result != 1) note_failure(result);
  return result == 1;
}

void TlsSession::end() {
  if (has_failed() || !is_established() || std::exchange(end_said_, true)) return;
  ERR_clear_error();
  pipe_.set_input({});
  pipe_.set_output(unsent_);
  SSL_shutdown(ssl_.get());
}

void TlsSession::note_failure(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return;
    case SSL_ERROR_ZERO_RETURN: state_ = State::ended; return;
    default: break;
  }
  const auto error = ERR_peek_error();
  const char* const reason = ERR_reason_error_string(error);
  log::debug("TLS has failed", {{"established", is_established()}, {"reason", reason == nullptr ? "unknown" : reason}});
  state_ = ERR_GET_REASON(error) == SSL_R_HTTP_REQUEST ? State::met_http : State::failed;
  ERR_clear_error();
}

std::size_t TlsSession::gather(std::span<iovec> parts) const {
  parts.front() = {const_cast<std::uint8_t*>(unsent().data()), unsent().size()};
  return 1;
}

void TlsSession::sent(std::size_t bytes) {
  sent_ += bytes;
  if (sent_ < unsent_.size()) return;
  unsent_ = std::vector<std::uint8_t>();  // not {}, which would keep the room
  sent_ = 0;
}

void TlsSession::account(MemoryAccount& account) const {
  account.add(MemoryKind::connections, MemoryAccount::block_bytes(this));
  account.add(MemoryKind::unsent, MemoryAccount::heap_of(unsent_));
}

}  // namespace belfry::net
