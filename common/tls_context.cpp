#include "common/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <string_view>

#include "common/assert.hpp"
#include "common/random.hpp"

namespace belfry {
namespace {

// RFC 9325, section 4.2; those of TLS 1.3 are all like that.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view kHttp = "\x08http/1.1";  // RFC 7301: length and name
constexpr std::array<std::uint8_t, 6> kSessions = {'b', 'e', 'l', 'f', 'r', 'y'};

template <auto free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

Bio reader_of(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string reason() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "OpenSSL does not say why" : text;
}

// OpenSSL would ask on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Result<void> use_certificates(SSL_CTX* context, const std::string& pem) {
  const Bio bio = reader_of(pem);
  const Certificate own(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
  if (!own) return Unexpected("there is no certificate in it (" + reason() + ")");
  std::tm expiry = {};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(own.get()), &expiry) != 1)
    return Unexpected("the certificate does not say until when it is valid");
  if (SSL_CTX_use_certificate(context, own.get()) != 1)
    return Unexpected("the certificate cannot be used: " + reason());
  while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
    if (SSL_CTX_add0_chain_cert(context, next.get()) != 1)
      return Unexpected("a certificate of the chain cannot be used: " + reason());
    next.release();
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
    return Unexpected("a certificate of the chain is damaged: " + reason());
  ERR_clear_error();
  return {};
}

Result<void> use_key(SSL_CTX* context, const std::string& pem) {
  const Bio bio = reader_of(pem);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) return Unexpected("there is no private key in it, or it is encrypted (" + reason() + ")");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1)
    return Unexpected("the private key is not that of the certificate: " + reason());
  return {};
}

// RFC 7301, section 3.2: who offers only what we do not speak is refused.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  unsigned char* found = nullptr;
  const auto* ours = reinterpret_cast<const unsigned char*>(kHttp.data());
  if (SSL_select_next_proto(&found, size, ours, kHttp.size(), offered, offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

// Tickets only: nothing is kept here for a client that has gone.
void set_rules(SSL_CTX* context) {
  BELFRY_ASSERT(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
  BELFRY_ASSERT(SSL_CTX_set_cipher_list(context, kCiphers) == 1);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_session_id_context(context, kSessions.data(), kSessions.size());
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

}  // namespace

Result<TlsContext> make_server_context(const std::string& pem) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  BELFRY_ASSERT(context != nullptr);
  set_rules(context.get());
  if (auto used = use_certificates(context.get(), pem); !used) return Unexpected(used.error());
  if (auto used = use_key(context.get(), pem); !used) return Unexpected(used.error());
  return context;
}

TicketKey new_ticket_key() {
  TicketKey key;
  fill_random(key.bytes);
  return key;
}

void set_ticket_key(SSL_CTX& context, TicketKey key) {
  BELFRY_ASSERT(SSL_CTX_set_tlsext_ticket_keys(&context, key.bytes.data(), key.bytes.size()) == 1);
}

std::int64_t expiry_of(const SSL_CTX& context) {
  std::tm time = {};
  BELFRY_ASSERT(ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(&context)), &time) == 1);
  return ::timegm(&time);
}

}  // namespace belfry
