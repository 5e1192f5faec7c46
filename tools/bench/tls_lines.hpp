// TLS on the connections of a swarm, where the target speaks it: a session for each, whoever the server is. Reads and
// writes as recv(2) and send(2) do, with errno; EPROTO: TLS has failed.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "common/tls_context.hpp"
#include "worker/net/tls_pipe.hpp"
#include "worker/net/tls_session.hpp"

namespace belfry::bench {

class TlsLines {
 public:
  explicit TlsLines(std::uint32_t capacity);

  // Once the socket is connected. false: errno says why; with EAGAIN it may be asked again.
  bool begin(std::uint32_t i, int fd);
  bool is_established(std::uint32_t i) const { return sessions_[i]->is_established(); }
  // EAGAIN where nothing was said, as after a step of the handshake.
  ssize_t read(std::uint32_t i, int fd, std::span<std::uint8_t> room);
  ssize_t write(std::uint32_t i, int fd, std::string_view bytes);
  void end(std::uint32_t i) { sessions_[i].reset(); }

 private:
  bool flush(net::TlsSession& session, int fd);

  TlsContext context_;
  net::TlsPipe pipe_;
  std::vector<std::unique_ptr<net::TlsSession>> sessions_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace belfry::bench
