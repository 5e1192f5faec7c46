// What a Pusher client says: one text message becomes one of the structs below, Malformed with a reason where it is
// none. And the two documents that an application signs for its users. Judges form
// only: whether names, signatures and sizes are acceptable is for others to say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/result.hpp"
#include "worker/pusher/json_reader.hpp"

namespace belfry::pusher {

struct Subscribe {
  std::string_view channel;
  std::string_view auth;  // empty where it is absent or null
  std::optional<std::string_view> channel_data;
};
struct Unsubscribe {
  std::string_view channel;
};
struct Ping {};
struct Pong {};
struct SignIn {
  std::string_view auth;
  std::string_view user_data;
};
struct ClientEvent {
  std::string_view event;
  std::string_view channel;
  std::string_view data;  // valid JSON, byte for byte as the sender wrote it; "null" where it is absent
};
struct Malformed {
  std::string reason;  // a sentence for the client
};

using ClientMessage = std::variant<Subscribe, Unsubscribe, Ping, Pong, SignIn, ClientEvent, Malformed>;

// One serves all sessions of a worker.
class ClientMessageParser {
 public:
  // Views into the parser, which live until the next parse().
  ClientMessage parse(std::string_view text);

 private:
  JsonReader message_;
  JsonReader data_;  // of a message of the protocol: an object, or a string that holds one
};

// channel_data of a presence channel.
struct Member {
  std::string user_id;         // a number becomes its text
  std::string user_info_json;  // as the application wrote it; "{}" where it is absent

  bool operator==(const Member&) const = default;
};
Result<Member> parse_channel_data(std::string_view channel_data);

// user_data of a sign-in.
struct User {
  std::string id;              // a number becomes its text
  std::string user_info_json;  // as in Member
  std::vector<std::string> watchlist;

  bool operator==(const User&) const = default;
};
Result<User> parse_user_data(std::string_view user_data);

}  // namespace belfry::pusher
