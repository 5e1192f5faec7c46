// What a TLS server shows to its clients, as OpenSSL has it: made of one PEM text with the certificate, its chain and
// the private key. TLS 1.2 and 1.3, forward secrecy and authenticated encryption only (RFC 9325), HTTP/1.1 only.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "common/result.hpp"

namespace belfry {

struct TlsContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsContextDeleter>;

// The first certificate is the server's. An Error says what is wrong: there is none, no key, an encrypted one, or the
// key is another certificate's.
Result<TlsContext> make_server_context(const std::string& pem);

// Random. All processes with the same one can resume each other's sessions (RFC 8446, section 2.2); it is to be changed
// often enough (RFC 9325, section 3.4).
struct TicketKey {
  std::array<std::uint8_t, 80> bytes = {};

  bool operator==(const TicketKey&) const = default;
};

TicketKey new_ticket_key();
void set_ticket_key(SSL_CTX& context, TicketKey key);

// When the server's certificate becomes invalid, in seconds since 1970.
std::int64_t expiry_of(const SSL_CTX& context);

}  // namespace belfry
