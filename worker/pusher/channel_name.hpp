// What a channel's name says about it, and which names are names. The kind follows from anchored prefixes; its
// properties are independent flags.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::pusher {

struct ChannelKind {
  bool authenticated = false;  // not for everybody: an auth string or, with to_user, the sign-in decides
  bool presence = false;
  bool encrypted = false;
  bool cached = false;
  bool to_user = false;  // #server-to-user-ID: only for connections signed in as ID, who send no auth string

  bool takes_client_events() const { return authenticated && !encrypted && !to_user; }
  bool operator==(const ChannelKind&) const = default;
};

ChannelKind kind_of(std::string_view channel);

// "42" of "#server-to-user-42"; empty for every other channel.
std::string_view user_of(std::string_view channel);

// Why `channel` cannot be a channel's name, as a sentence; nullopt if it can. Lengths count characters; 0: no limit.
std::optional<std::string> channel_name_fault(std::string_view channel, std::size_t max_length);
// The same for the name of an event. Any text without control characters is one.
std::optional<std::string> event_name_fault(std::string_view event, std::size_t max_length);

}  // namespace belfry::pusher
