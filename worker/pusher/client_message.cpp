#include "worker/pusher/client_message.hpp"

#include <fmt/format.h>

#include <array>

#include "worker/pusher/json_document.hpp"
#include "worker/pusher/json_members.hpp"

namespace belfry::pusher {
namespace {

enum TopLevel : std::size_t { kEvent, kChannel, kData };
constexpr std::array<std::string_view, 3> kTopLevelNames = {"event", "channel", "data"};

enum InData : std::size_t { kDataChannel, kAuth, kChannelData, kUserData };
constexpr std::array<std::string_view, 4> kDataNames = {"channel", "auth", "channel_data", "user_data"};

using DataMembers = JsonMembers<kDataNames.size()>;

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
    if (members[which] != nullptr) return optional(which, out);
    malformed.reason = fmt::format("{}: data.{} is missing", event, kDataNames[which]);
    return false;
  }
  bool optional(InData which, std::string_view& out) const {
    if (members[which] == nullptr) return true;
    const auto text = string_of(*members[which]);
    if (text) out = *text;
    else malformed.reason = fmt::format("{}: data.{} is not a string", event, kDataNames[which]);
    return text.has_value();
  }
};

ClientMessage subscribe(const StringMembers& strings) {
  Subscribe message;
  std::string_view channel_data;
  if (!strings.required(kDataChannel, message.channel) || !strings.optional(kAuth, message.auth) ||
      !strings.optional(kChannelData, channel_data))
    return std::move(strings.malformed);
  if (strings.members[kChannelData] != nullptr) message.channel_data = channel_data;
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
ClientMessage protocol_message(std::string_view event, const simdjson::dom::element* data, JsonDocument& document,
                               ClientMessage (*make)(const StringMembers&)) {
  if (data == nullptr) return Malformed{fmt::format("{}: data is missing", event)};
  simdjson::dom::element object = *data;
  if (const auto text = string_of(*data)) {
    if (const auto fault = document.parse(*text)) return Malformed{fmt::format("{}: data {}", event, *fault)};
    object = document.root();
  }
  DataMembers members(kDataNames);
  if (const auto fault = members.read(object)) return Malformed{fmt::format("{}: data {}", event, *fault)};
  Malformed malformed;
  return make(StringMembers{event, members, malformed});
}

ClientMessage client_event(std::string_view event, const JsonMembers<3>& members, std::string_view text) {
  if (members[kChannel] == nullptr) return Malformed{"a client event must name its channel: channel is missing"};
  const auto channel = string_of(*members[kChannel]);
  if (!channel) return Malformed{"a client event must name its channel: channel is not a string"};
  return ClientEvent{event, *channel, members.has(kData) ? members.raw(kData, text) : "null"};
}

}  // namespace

ClientMessageParser::ClientMessageParser()
    : message_(std::make_unique<JsonDocument>()), data_(std::make_unique<JsonDocument>()) {}
ClientMessageParser::~ClientMessageParser() = default;

ClientMessage ClientMessageParser::parse(std::string_view text) {
  if (const auto fault = message_->parse(text)) return Malformed{"message " + *fault};
  JsonMembers members(kTopLevelNames);
  if (const auto fault = members.read(message_->root())) return Malformed{"message " + *fault};
  if (members[kEvent] == nullptr) return Malformed{"event is missing"};
  const auto event = string_of(*members[kEvent]);
  if (!event) return Malformed{"event is not a string"};

  if (event->starts_with("client-")) return client_event(*event, members, text);
  if (*event == "pusher:ping") return Ping{};
  if (*event == "pusher:pong") return Pong{};
  if (*event == "pusher:subscribe") return protocol_message(*event, members[kData], *data_, subscribe);
  if (*event == "pusher:unsubscribe") return protocol_message(*event, members[kData], *data_, unsubscribe);
  if (*event == "pusher:signin") return protocol_message(*event, members[kData], *data_, sign_in);
  return Malformed{fmt::format("unknown event {}", shown(*event))};
}

}  // namespace belfry::pusher
