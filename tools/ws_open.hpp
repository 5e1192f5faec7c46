// From a URL to an open WebSocket: TCP, TLS for wss://, the opening handshake.
// An Error with an errno code means that no server answered; without one, that a server answered and it was no use.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "tools/transport.hpp"
#include "tools/upgrade_request.hpp"
#include "tools/ws_url.hpp"

namespace belfry::tools {

struct WsOptions {
  std::vector<HttpHeader> headers;  // in addition to those of the handshake; Origin is one of them
  Seconds timeout{10};              // for everything until the connection is open; again for the close
  bool verify_certificate = true;
};

struct OpenedWebSocket {
  std::unique_ptr<Transport> transport;
  std::vector<std::uint8_t> first_bytes;  // frames that came together with the answer
};

Result<OpenedWebSocket> open_websocket(const WsUrl& url, const WsOptions& options);

}  // namespace belfry::tools
