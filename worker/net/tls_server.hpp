// The server's side of TLS in a worker: makes a session for each connection that is accepted, from the identity that is
// valid then; those that exist keep the one that they began with.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/control_messages.hpp"
#include "common/tls_context.hpp"
#include "worker/net/tls_pipe.hpp"
#include "worker/net/tls_session.hpp"

namespace belfry::net {

class TlsServer {
 public:
  explicit TlsServer(const TicketKey& tickets) : tickets_(tickets) {}

  // `pem` is valid (tls_context.hpp).
  void use(const std::string& pem);
  std::unique_ptr<TlsSession> make_session();

 private:
  TicketKey tickets_;
  TlsPipe pipe_;
  TlsContext context_;
};

}  // namespace belfry::net
