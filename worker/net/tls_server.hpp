// The server's side of TLS in a worker: makes a session for each connection that is accepted, from the identity that is
// valid then; those that exist keep the one that they began with.
#pragma once

#include <memory>
#include <string>

#include "common/tls_context.hpp"
#include "worker/net/tls_pipe.hpp"
#include "worker/net/tls_session.hpp"

namespace belfry::net {

class TlsServer {
 public:
  // From now on. `pem` is valid (tls_context.hpp).
  void use(const std::string& pem, const TicketKey& tickets);
  std::unique_ptr<TlsSession> make_session();

 private:
  TlsPipe pipe_;
  TlsContext context_;
};

}  // namespace belfry::net
