#include "worker/net/tls_server.hpp"

#include <utility>

#include "common/assert.hpp"

namespace belfry::net {

void TlsServer::use(const std::string& pem, const TicketKey& tickets) {
  auto context = make_server_context(pem);
  BELFRY_ASSERT(context.has_value());
  context_ = std::move(*context);
  set_ticket_key(*context_, tickets);
}

std::unique_ptr<TlsSession> TlsServer::make_session() {
  std::unique_ptr<SSL, SslDeleter> ssl(SSL_new(context_.get()));
  BELFRY_ASSERT(ssl != nullptr);
  SSL_set_accept_state(ssl.get());
  return std::make_unique<TlsSession>(pipe_, std::move(ssl));
}

}  // namespace belfry::net
