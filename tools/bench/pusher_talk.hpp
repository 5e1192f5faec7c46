// The few words of Pusher that a load generator needs, found in a message without parsing all of it: it hears hundreds
// of thousands a second. What a server says is trusted to be JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "worker/pusher/signature.hpp"

namespace belfry::bench {

inline constexpr std::string_view kEstablished = "pusher:connection_established";
inline constexpr std::string_view kSubscribed = "pusher_internal:subscription_succeeded";
inline constexpr std::string_view kSubscriptionError = "pusher:subscription_error";
inline constexpr std::string_view kError = "pusher:error";
inline constexpr std::string_view kPing = "pusher:ping";
inline constexpr std::string_view kPong = "pusher:pong";

inline constexpr std::string_view kPingText = R"({"event":"pusher:ping","data":{}})";
inline constexpr std::string_view kPongText = R"({"event":"pusher:pong","data":{}})";

// The name of the message's event; empty: there is none.
std::string_view event_of(std::string_view message);

// Out of connection_established, whose data is a string of JSON; empty and nullopt: it is not there.
std::string_view socket_id_of(std::string_view message);
std::optional<std::uint32_t> activity_timeout_of(std::string_view message);

// Who signs where a channel wants it.
struct PusherKey {
  std::string key;
  pusher::Signer signer;
};

std::string subscribe_text(const PusherKey& key, std::string_view socket_id, std::string_view channel);

}  // namespace belfry::bench
