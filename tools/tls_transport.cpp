#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

#include "tools/transport.hpp"
#include "tools/wait_for.hpp"

namespace belfry::tools {
namespace {

struct SslDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* session) const { SSL_free(session); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, SslDeleter>;
using SessionPtr = std::unique_ptr<SSL, SslDeleter>;

// The text of OpenSSL's newest error; `system_error` is errno right after the call.
Unexpected tls_failure(std::string what, int system_error) {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0 && system_error != 0) return Unexpected(errno_error(std::move(what), system_error));
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return Unexpected(what + ": " + (reason == nullptr ? "the connection ended" : reason));
}

int length_of(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

class TlsTransport : public Transport {
 public:
  TlsTransport(UniqueFd socket, SessionPtr session) : socket_(std::move(socket)), session_(std::move(session)) {}

  int fd() const override { return socket_.get(); }

  // A read may have to write first (an update of the keys).
  short poll_events(bool has_output) const override { return has_output || wants_write_ ? POLLIN | POLLOUT : POLLIN; }

  Result<IoStep> read(std::span<std::uint8_t> buffer) override {
    ERR_clear_error();
    const int moved = SSL_read(session_.get(), buffer.data(), length_of(buffer.size()));
    return step(moved, "reading from the server over TLS");
  }

  Result<IoStep> write(std::span<const std::uint8_t> bytes) override {
    ERR_clear_error();
    const int moved = SSL_write(session_.get(), bytes.data(), length_of(bytes.size()));
    return step(moved, "writing to the server over TLS");
  }

  void end() override { SSL_shutdown(session_.get()); }

 private:
  Result<IoStep> step(int moved, const char* what) {
    const int system_error = errno;
    const int state = SSL_get_error(session_.get(), moved);
    wants_write_ = state == SSL_ERROR_WANT_WRITE;
    switch (state) {
      case SSL_ERROR_NONE: return IoStep{.bytes = static_cast<std::size_t>(moved)};
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE: return IoStep{.blocked = true};
      case SSL_ERROR_ZERO_RETURN: return IoStep{.ended = true};
      default: return tls_failure(what, state == SSL_ERROR_SYSCALL ? system_error : 0);
    }
  }

  UniqueFd socket_;
  SessionPtr session_;
  bool wants_write_ = false;
};

ContextPtr make_context(bool verify) {
  ContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (!context) return context;
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (verify) SSL_CTX_set_default_verify_paths(context.get());
  SSL_CTX_set_verify(context.get(), verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  return context;
}

bool is_ip_address(const std::string& host) {
  std::array<std::uint8_t, sizeof(in6_addr)> address;
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

// The name goes into the handshake (SNI, for names only) and must be the certificate's.
bool name_peer(SSL* session, const TlsPeer& peer) {
  auto* parameters = SSL_get0_param(session);
  if (is_ip_address(peer.host)) return X509_VERIFY_PARAM_set1_ip_asc(parameters, peer.host.c_str()) == 1;
  return SSL_set_tlsext_host_name(session, peer.host.c_str()) == 1 &&
         X509_VERIFY_PARAM_set1_host(parameters, peer.host.c_str(), 0) == 1;
}

Result<void> shake_hands(SSL* session, int fd, const std::string& host, TimePoint deadline) {
  const std::string what = "the TLS handshake with " + host;
  while (true) {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_connect(session);
    const int system_error = errno;
    if (result == 1) return {};
    const int state = SSL_get_error(session, result);
    if (const auto verdict = SSL_get_verify_result(session); state == SSL_ERROR_SSL && verdict != X509_V_OK) {
      ERR_clear_error();
      return Unexpected("the certificate of " + host + " is not trusted: " + X509_verify_cert_error_string(verdict));
    }
    if (state != SSL_ERROR_WANT_READ && state != SSL_ERROR_WANT_WRITE) {
      return tls_failure(what, state == SSL_ERROR_SYSCALL ? system_error : 0);
    }
    const short events = state == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    if (auto ready = wait_for(fd, events, deadline, what); !ready) return ready;
  }
}

}  // namespace

Result<std::unique_ptr<Transport>> make_tls_transport(UniqueFd socket, const TlsPeer& peer, TimePoint deadline) {
  const auto context = make_context(peer.verify);
  SessionPtr session(context ? SSL_new(context.get()) : nullptr);
  if (!session || !name_peer(session.get(), peer) || SSL_set_fd(session.get(), socket.get()) != 1) {
    return tls_failure("preparing TLS for " + peer.host, 0);
  }
  if (auto shaken = shake_hands(session.get(), socket.get(), peer.host, deadline); !shaken) {
    return Unexpected(shaken.error());
  }
  return std::unique_ptr<Transport>(std::make_unique<TlsTransport>(std::move(socket), std::move(session)));
}

}  // namespace belfry::tools
