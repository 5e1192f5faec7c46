// What travels on Redis for a Pusher channel: a version of the format, the socket that is left out, when the event was
// published (stamp.hpp) or its number where the channel keeps its last one, and the text that goes to the clients as it
// is. Grammar:
//
//   "2" SP (socket-id | "-") SP stamp SP text
//   "1" SP (socket-id | "-") SP (number | "-") SP text
//
// Version 1 is what Redis keeps for a cache channel (cached_publish.lua). A reader refuses versions that it does not
// know: a release may only write a version that the release before it can read, since nodes of both run while one
// replaces the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "worker/ws/session_id.hpp"

namespace belfry::pusher {

inline constexpr std::string_view kStampedVersion = "2";
inline constexpr std::string_view kNumberedVersion = "1";

struct Envelope {
  std::optional<ws::SessionId> excluded;  // it sent the message itself
  std::uint64_t number = 0;               // grows with each event that is kept; 0: this one is not
  std::string_view stamp = {};            // empty: none
  std::string_view text;
};

// Of a message that is not kept. `excluded_socket_id` is empty where nobody is left out.
std::string wrap(std::string_view excluded_socket_id, std::string_view stamp, std::string_view text);
// The same of version 1, without a stamp.
std::string wrap(std::string_view excluded_socket_id, std::string_view text);
std::optional<Envelope> unwrap(std::string_view payload);

}  // namespace belfry::pusher
