#include "worker/pusher/client_message.hpp"

#include <fmt/format.h>

#include <array>

namespace belfry::pusher {
namespace {

constexpr std::array<std::string_view, 3> kTopLevelNames = {"event", "channel", "data"};

enum InData : std::size_t { kDataChannel, kAuth, kChannelData, kUserData };
constexpr std::array<std::string_view, 4> kDataNames = {"channel", "auth", "channel_data", "user_data"};

using DataMembers = std::array<JsonValue, kDataNames.size()>;

// For a reason: a name that a client made up, not longer than a line.
std::string shown(std::string_view name) {
  constexpr std::size_t kMax = 100;
  if (name.size() <= kMax) return std::string(name);
  std::size_t end = kMax;
  while ((name[end] & 0xc0) == 0x80) --end;
  return std::string(name.substr(0, end)) + "...";
}

// A member that must be a string; absent and null are an empty one where it is optional. False: `malformed` says why.
struct StringMembers {
  std::string_view event;
  const DataMembers& members;
  Malformed& malformed;

  bool required(InData which, std::string_view& out) const {
    if (!members[which].is_absent_or_null()) return optional(which, out);
    malformed.reason = fmt::format("{}: data.{} is missing", event, kDataNames[which]);
    return false;
  }
  bool optional(InData which, std::string_view& out) const {
    if (members[which].is_absent_or_null()) return true;
    out = members[which].text;
    if (members[which].is_string()) return true;
    malformed.reason = fmt::format("{}: data.{} is not a string", event, kDataNames[which]);
    return false;
  }
};

ClientMessage subscribe(const StringMembers& strings) {
  Subscribe message;
  std::string_view channel_data;
  if (!strings.required(kDataChannel, message.channel) || !strings.optional(kAuth, message.auth) ||
      !strings.optional(kChannelData, channel_data))
    return std::move(strings.malformed);
  if (!strings.members[kChannelData].is_absent_or_null()) message.channel_data = channel_data;
  return message;
}

ClientMessage unsubscribe(const StringMembers& strings) {
  Unsubscribe message;
  if (!strings.required(kDataChannel, message.channel)) return std::move(strings.malformed);
  return message;
}

ClientMessage sign_in(const StringMembers& strings) {
  SignIn message;
  if (!strings.required(kAuth, message.auth) || !strings.required(kUserData, message.user_data))
    return std::move(strings.malformed);
  return message;
}

// pusher-js sends an object; old clients a string that holds one.
ClientMessage protocol_message(std::string_view event, const JsonValue& data, JsonReader& reader,
                               ClientMessage (*make)(const StringMembers&)) {
  if (data.is_absent_or_null()) return Malformed{fmt::format("{}: data is missing", event)};
  auto members = reader.read(data.is_string() ? data.text : data.raw, kDataNames);
  if (!members) return Malformed{fmt::format("{}: data {}", event, members.error().message)};
  Malformed malformed;
  return make(StringMembers{event, *members, malformed});
}

ClientMessage client_event(std::string_view event, const JsonValue& channel, const JsonValue& data) {
  if (channel.is_absent_or_null()) return Malformed{"a client event must name its channel: channel is missing"};
  if (!channel.is_string()) return Malformed{"a client event must name its channel: channel is not a string"};
  return ClientEvent{event, channel.text, data.is_absent() ? "null" : data.raw};
}

}  // namespace

ClientMessage ClientMessageParser::parse(std::string_view text) {
  auto members = message_.read(text, kTopLevelNames);
  if (!members) return Malformed{"message " + members.error().message};
  const auto& [event, channel, data] = *members;
  if (event.is_absent_or_null()) return Malformed{"event is missing"};
  if (!event.is_string()) return Malformed{"event is not a string"};

  if (event.text.starts_with("client-")) return client_event(event.text, channel, data);
  if (event.text == "pusher:ping") return Ping{};
  if (event.text == "pusher:pong") return Pong{};
  if (event.text == "pusher:subscribe") return protocol_message(event.text, data, data_, subscribe);
  if (event.text == "pusher:unsubscribe") return protocol_message(event.text, data, data_, unsubscribe);
  if (event.text == "pusher:signin") return protocol_message(event.text, data, data_, sign_in);
  return Malformed{fmt::format("unknown event {}", shown(event.text))};
}

}  // namespace belfry::pusher
