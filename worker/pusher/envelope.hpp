// What travels on Redis for a Pusher channel: a version, the socket that is left out, and the text that goes to the
// clients as it is. Grammar: "1" SP (socket-id | "-") SP text. A reader refuses versions that it does not know.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "worker/ws/session_id.hpp"

namespace belfry::pusher {

struct Envelope {
  std::optional<ws::SessionId> excluded;  // it sent the message itself
  std::string_view text;
};

std::string wrap(std::string_view excluded_socket_id, std::string_view text);  // "": nobody is left out
std::optional<Envelope> unwrap(std::string_view payload);

}  // namespace belfry::pusher
