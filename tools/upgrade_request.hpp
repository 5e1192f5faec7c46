// The client's half of the opening handshake (RFC 6455, section 4.1), as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "tools/ws_url.hpp"

namespace belfry::tools {

struct HttpHeader {
  std::string name;
  std::string value;
};

// "Name: value". Refuses the headers that the handshake itself sets, and line breaks.
Result<HttpHeader> parse_header(std::string_view text);

bool same_name(std::string_view a, std::string_view b);  // names and tokens of HTTP: ASCII case does not count

std::string new_handshake_key();                     // Sec-WebSocket-Key: 16 random bytes in base64
std::string handshake_accept(std::string_view key);  // the Sec-WebSocket-Accept that answers `key`

// A Host among `headers` takes the place of the URL's.
std::string upgrade_request(const WsUrl& url, std::string_view key, const std::vector<HttpHeader>& headers);

}  // namespace belfry::tools
