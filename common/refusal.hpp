// Why somebody does not get what he asked for: one row a reason, from which the enum and the label of the metrics are
// made.
#pragma once

#include <cstddef>
#include <string_view>

namespace belfry {

// X(reason, meaning)
#define BELFRY_REFUSALS(X)                                                       \
  X(bad_request, "HTTP: malformed, an unknown path, or too large")               \
  X(leaving, "HTTP: the node stops or drains")                                   \
  X(unknown_app, "a connection: no app has this key")                            \
  X(app_disabled, "a connection, or the HTTP API: the app is disabled")          \
  X(origin, "a connection: the page's origin is not allowed")                    \
  X(protocol, "a connection: path, protocol or version of the client")           \
  X(app_full, "a connection: max_connections")                                   \
  X(redis_silent, "a connection: Redis did not say whether there is room")       \
  X(not_identified, "a connection: user_authentication_timeout")                 \
  X(terminated, "a connection: the back end ended those of its user")            \
  X(sign_in, "a sign-in that is not allowed, or not signed")                     \
  X(channel_name, "a subscription: the channel's name")                          \
  X(channel_signature, "a subscription: not signed, or not for this user")       \
  X(channel_member, "a subscription: what it says of the member")                \
  X(channel_limit, "a subscription: members, or the size of one")                \
  X(client_event, "a client event that is not allowed here")                     \
  X(client_event_rate, "a client event: max_client_events_per_second")           \
  X(malformed_message, "a message of a client that is none of the protocol")     \
  X(api_signature, "HTTP API: not signed")                                       \
  X(api_request, "HTTP API: a request that is not valid, or of an unknown kind") \
  X(api_rate, "HTTP API: max_backend_events_per_second, or those for reads")     \
  X(api_redis, "HTTP API: Redis did not take the event, or did not answer")

enum class Refusal : std::size_t {
#define BELFRY_REFUSAL(reason, meaning) reason,
  BELFRY_REFUSALS(BELFRY_REFUSAL)
#undef BELFRY_REFUSAL
};

inline constexpr std::string_view kRefusalNames[] = {
#define BELFRY_REFUSAL_NAME(reason, meaning) #reason,
    BELFRY_REFUSALS(BELFRY_REFUSAL_NAME)
#undef BELFRY_REFUSAL_NAME
};

}  // namespace belfry
