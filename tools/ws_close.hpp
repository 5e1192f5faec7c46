// How the peer ended a WebSocket: the close code and the reason of RFC 6455, section 7.4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::tools {

constexpr std::uint16_t kCloseNormal = 1000;
constexpr std::uint16_t kCloseWithoutCode = 1005;  // never on the wire: the close frame was empty

struct WsClose {
  std::uint16_t code = kCloseWithoutCode;
  std::string reason;  // as received; may be empty

  std::string to_string() const;  // "1001 going away": the reason, else what the code means; printable
};

// The payload of a close frame. Codes are taken as they come: who prints them wants to see a wrong one.
WsClose parse_close(std::string_view payload);

}  // namespace belfry::tools
