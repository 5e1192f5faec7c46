// The address of a WebSocket: ws://host[:port][/path][?query], wss:// with TLS (RFC 6455, section 3).
// Nothing is resolved here; host is a name or an address, without brackets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.hpp"

namespace belfry::tools {

struct WsUrl {
  bool tls = false;
  std::string host = {};
  std::uint16_t port = 80;
  std::string target = "/";  // path and query, as the request line carries them

  std::string authority() const;  // the Host header: brackets where needed, no default port
  std::string to_string() const;
};

// The Error names the part of the URL that is wrong.
Result<WsUrl> parse_ws_url(std::string_view text);
// The same for http:// and https://, which have the same parts and ports.
Result<WsUrl> parse_http_url(std::string_view text);

}  // namespace belfry::tools
