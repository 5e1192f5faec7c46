#include "tools/pusher_dialogue.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "tools/message_line.hpp"
#include "worker/pusher/channel_name.hpp"
#include "worker/pusher/signature.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPing = "pusher:ping";
constexpr std::string_view kEstablished = "pusher:connection_established";
constexpr std::string_view kSucceeded = "pusher_internal:subscription_succeeded";
constexpr std::string_view kSubscriptionError = "pusher:subscription_error";
constexpr std::string_view kError = "pusher:error";

Json parsed(std::string_view text) { return Json::parse(text, nullptr, false); }

// A member that is a string, else nothing.
std::string text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// data is JSON in a string, for most events and servers.
Json data_of(const Json& message) {
  const Json data = message.value("data", Json());
  return data.is_string() ? parsed(data.get<std::string>()) : data;
}

// "[orders] OrderShipped {"id":1}"
std::string shown(const Json& message) {
  std::string line;
  if (const std::string channel = text_in(message, "channel"); !channel.empty()) line = "[" + channel + "] ";
  line += text_in(message, "event");
  if (const std::string user = text_in(message, "user_id"); !user.empty()) line += " (user " + user + ")";
  if (const auto data = message.find("data"); data != message.end())
    line += " " + (data->is_string() ? data->get<std::string>() : data->dump());
  return printable_line(line);
}

std::string event_message(std::string_view event, Json data) {
  return Json{{"event", event}, {"data", std::move(data)}}.dump();
}

bool is_pusher_event(const Json& message) { return message.is_object() && !text_in(message, "event").empty(); }

// The data as it is typed where that is JSON, else as a string.
std::string typed_data(std::string_view text) {
  if (text.empty()) return "{}";
  return Json::accept(text) ? std::string(text) : Json(text).dump();
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

bool must_be_signed(std::string_view channel) {
  const auto kind = pusher::kind_of(channel);
  return kind.authenticated && !kind.to_user;
}

PusherDialogue::PusherDialogue(PusherPlan plan) : plan_(std::move(plan)) {}

PusherDialogue::Reaction PusherDialogue::take(std::string_view text) {
  const Json message = parsed(text);
  Reaction reaction;
  if (plan_.json || !is_pusher_event(message)) reaction.to_show = printable_line(text);
  if (!is_pusher_event(message)) return reaction;
  const std::string event = text_in(message, "event");
  if (event == kPing) {
    reaction.to_send.push_back(event_message("pusher:pong", Json::object()));
    return reaction;
  }
  if (!plan_.json) reaction.to_show = shown(message);
  if (event == kEstablished && !established_) {
    established_ = true;
    const Json data = data_of(message);
    reaction.to_send = subscribe_all(data.is_object() ? text_in(data, "socket_id") : std::string());
  }
  note_answer(event, text_in(message, "channel"));
  return reaction;
}

std::vector<std::string> PusherDialogue::subscribe_all(const std::string& socket_id) {
  std::vector<std::string> messages;
  for (const std::string& channel : plan_.channels)
    if (unanswered_.insert(channel).second) messages.push_back(subscription(channel, socket_id));
  return messages;
}

std::string PusherDialogue::subscription(const std::string& channel, const std::string& socket_id) const {
  Json data = {{"channel", channel}};
  if (must_be_signed(channel) && plan_.keys) {
    std::string to_sign = socket_id + ":" + channel;
    if (pusher::kind_of(channel).presence) {
      const std::string channel_data = Json{{"user_id", plan_.user.empty() ? socket_id : plan_.user}}.dump();
      to_sign += ":" + channel_data;
      data["channel_data"] = channel_data;
    }
    data["auth"] = plan_.keys->key + ":" + pusher::Signer(plan_.keys->secret).sign({to_sign});
  }
  return event_message("pusher:subscribe", std::move(data));
}

// A refusal comes as pusher:subscription_error with the channel, as pusher:error without, or as both, in this order.
void PusherDialogue::note_answer(std::string_view event, const std::string& channel) {
  if (event == kSucceeded) unanswered_.erase(channel);
  if (event == kSubscriptionError) {
    refused_ = true;
    doubled_refusals_ += unanswered_.erase(channel);
  }
  if (event != kError) return;
  if (doubled_refusals_ > 0) {
    --doubled_refusals_;
  } else if (!unanswered_.empty()) {
    refused_ = true;
    unanswered_.clear();  // nobody knows which
  }
}

Result<std::string> PusherDialogue::message_of(std::string_view line) const {
  line = trimmed(line);
  if (line.starts_with('{')) {
    if (is_pusher_event(parsed(line))) return std::string(line);
    return Unexpected("it is not a JSON object with an \"event\"");
  }
  const auto name = line.substr(0, line.find_first_of(" \t"));
  if (name.empty()) return Unexpected("it is empty; type EVENT DATA, or {\"event\":...}");
  if (plan_.channels.size() != 1)
    return Unexpected(
        "EVENT DATA needs exactly one --channel; {\"event\":...,\"channel\":...,\"data\":...} names its own");
  std::string message = Json{{"event", name}, {"channel", plan_.channels.front()}}.dump();
  message.pop_back();
  return message + ",\"data\":" + typed_data(trimmed(line.substr(name.size()))) + "}";
}

}  // namespace belfry::tools
