// TLS under one connection (RFC 8446): it is fed with what came from the peer and gives what it says, takes what is to
// be said and keeps what is to be sent. It holds no socket, and no buffer but for half a record and for what the peer
// has not taken yet. Made by TlsServer, or by whoever brings a client's SSL.
#pragma once

#include <openssl/ssl.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/memory_account.hpp"
#include "worker/net/tls_pipe.hpp"

namespace belfry::net {

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

class TlsSession {
 public:
  // `ssl` knows which side it is. `pipe` outlives this.
  TlsSession(TlsPipe& pipe, std::unique_ptr<SSL, SslDeleter> ssl);

  // Begins the handshake; for clients, whose word is the first.
  void start();

  // What the peer has sent: read() until it is empty.
  void feed(std::span<const std::uint8_t> bytes) { pipe_.set_input(bytes); }
  // What it says of it, a piece that fills `room` at most; empty: that was all.
  std::size_t read(std::span<std::uint8_t> room);

  bool is_established() const { return handshake_ != Handshake::under_way; }  // from then on for good
  bool take_established();                                                    // true once, when it is
  bool is_resumed() const { return SSL_session_reused(ssl_.get()); }
  bool has_ended() const { return state_ == State::ended; }  // the peer says nothing more
  bool has_failed() const { return state_ != State::open && state_ != State::ended; }
  bool met_http() const { return state_ == State::met_http; }  // failed: the peer speaks HTTP without TLS

  // Encrypts; what comes of it joins unsent(). false: the connection is broken, or the peer has begun another handshake
  // and does not go on, which comes to the same.
  bool write(std::span<const std::uint8_t> bytes);
  // Nothing more will be written.
  void end();

  std::span<const std::uint8_t> unsent() const { return std::span(unsent_).subspan(sent_); }
  std::size_t gather(std::span<iovec> parts) const;  // as OutQueue does it; there is something unsent
  void sent(std::size_t bytes);

  // Without what OpenSSL has on the heap.
  void account(MemoryAccount& account) const;

 private:
  enum class State : std::uint8_t { open, ended, failed, met_http };
  enum class Handshake : std::uint8_t { under_way, over, told };

  void note_failure(int result);

  TlsPipe& pipe_;
  std::unique_ptr<SSL, SslDeleter> ssl_;
  std::vector<std::uint8_t> unsent_;
  std::size_t sent_ = 0;  // of unsent_, at its front
  State state_ = State::open;
  Handshake handshake_ = Handshake::under_way;
  bool end_said_ = false;
};

}  // namespace belfry::net
