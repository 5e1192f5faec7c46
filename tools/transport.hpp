// The byte stream under a WebSocket client: a TCP socket, with TLS around it or not. Non-blocking: a call moves what it
// can and says when it would have had to wait. Owns its socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry::tools {

struct IoStep {
  std::size_t bytes = 0;
  bool blocked = false;  // nothing moved: poll first
  bool ended = false;    // nothing more will ever come
};

class Transport {
 public:
  virtual ~Transport() = default;

  virtual int fd() const = 0;
  virtual short poll_events(bool has_output) const = 0;  // what poll(2) should wait for
  virtual Result<IoStep> read(std::span<std::uint8_t> buffer) = 0;
  virtual Result<IoStep> write(std::span<const std::uint8_t> bytes) = 0;
  virtual void end() = 0;  // tells the peer that nothing more comes; the last call
};

std::unique_ptr<Transport> make_plain_transport(UniqueFd socket);

struct TlsPeer {
  std::string host;    // the name or address that the certificate must be for
  bool verify = true;  // against the system's certificate store
};

// Does the TLS handshake.
Result<std::unique_ptr<Transport>> make_tls_transport(UniqueFd socket, const TlsPeer& peer, TimePoint deadline);

}  // namespace belfry::tools
