// All close codes that belfry sends, with their meaning and whether the client may come back. RFC 6455, section 7.4,
// and the IANA registry for 1000 to 1014; the Pusher protocol for 4000 and above. pusher-js never reconnects after 4000
// to 4099 and after 4300 and above (which are therefore never close codes), after 1 s for 4100 to 4199, at once for
// 4200 to 4299.
#pragma once

#include <cstdint>
#include <string_view>

namespace belfry::ws {

enum class CloseCode : std::uint16_t {
  none = 0,  // a Close frame without a code
  normal = 1000,
  going_away = 1001,  // stop and drain, raw; no pong
  protocol_error = 1002,
  unsupported_data = 1003,
  invalid_payload = 1007,  // text that is not UTF-8
  policy_violation = 1008,
  message_too_big = 1009,
  internal_error = 1011,
  try_again_later = 1013,  // reads too slowly, shedding, raw

  // Pusher: 4000 to 4099 never come back, 4100 to 4199 after a while, 4200 to 4299 at once.
  app_unknown = 4001,
  app_disabled = 4003,
  over_quota = 4004,
  path_not_found = 4005,
  invalid_version = 4006,
  unsupported_protocol = 4007,
  no_protocol = 4008,
  unauthorized = 4009,   // failed sign-in, origin
  over_capacity = 4100,  // quota, slow clients, shedding
  reconnect = 4200,      // stop, drain
  no_pong = 4201,
};

// RFC 6455, section 7.4.1 and 7.4.2: the codes that a peer may send in a Close frame.
constexpr bool may_be_received(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace belfry::ws
