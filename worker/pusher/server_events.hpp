// What a Pusher server says: the text of every event, to the byte as Pusher documents it. `data` is a JSON
// string that holds JSON, except in pusher:error, pusher:subscription_error and client events. All texts that go in are
// valid UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "worker/pusher/client_message.hpp"
#include "worker/pusher/json_text.hpp"

namespace belfry::pusher {

std::string connection_established(std::string_view socket_id, std::uint32_t activity_timeout);
std::string error(std::string_view message, std::optional<int> code);  // nullopt: code null
std::string ping();
std::string pong();

std::string subscription_succeeded(std::string_view channel);
// subscription_succeeded of a presence channel: add() each user id once, the joiner among them. In one pass: a channel
// may have many members, and who joins wants all of them.
class PresenceSnapshot {
 public:
  void add(std::string_view user_id, std::string_view user_info_json);
  std::string text(std::string_view channel) const;

 private:
  // Escaped, as they stand in the string `data`.
  std::string ids_;
  std::string hash_;
  std::size_t count_ = 0;
};
// `type` and `status` as Soketi has them: "AuthError" and 401, "LimitReached" and 4301.
std::string subscription_error(std::string_view channel, std::string_view type, std::string_view error, int status);
std::string subscription_count(std::string_view channel, std::uint64_t count);
std::string cache_miss(std::string_view channel);

std::string member_added(std::string_view channel, const Member& member);
std::string member_removed(std::string_view channel, std::string_view user_id);

std::string signin_success(std::string_view user_data);
// An event for those of the two that are not empty.
std::string watchlist_events(std::span<const std::string> online, std::span<const std::string> offline);

// `data` is the publisher's string; it comes out of the subscriber's parser as it was.
std::string channel_event(std::string_view event, std::string_view channel, std::string_view data);
// `data_json` is JSON and stays as it is.
std::string client_event(std::string_view event, std::string_view channel, std::string_view data_json,
                         std::optional<std::string_view> user_id);

}  // namespace belfry::pusher
