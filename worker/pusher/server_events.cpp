#include "worker/pusher/server_events.hpp"

#include <fmt/format.h>

namespace belfry::pusher {
namespace {

// {"event":"...","channel":"...","data":...}, one part after the other.
class Text {
 public:
  explicit Text(std::string_view event, std::size_t room = 0) {
    out_.reserve(event.size() + room + 64);
    out_ += R"({"event":")";
    append_escaped(out_, event);
    out_ += '"';
  }

  Text&& string(std::string_view name, std::string_view value) && {
    member(name);
    out_ += '"';
    append_escaped(out_, value);
    out_ += '"';
    return std::move(*this);
  }
  Text&& json(std::string_view name, std::string_view value) && {
    member(name);
    out_ += value;
    return std::move(*this);
  }
  std::string end() && {
    out_ += '}';
    return std::move(out_);
  }

 private:
  void member(std::string_view name) {
    out_ += ",\"";
    out_ += name;
    out_ += "\":";
  }

  std::string out_;
};

Text on_channel(std::string_view event, std::string_view channel, std::size_t room = 0) {
  return Text(event, channel.size() + room).string("channel", channel);
}

std::string json_array(std::span<const std::string> texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    out += json_string(text);
  }
  return out += ']';
}

}  // namespace

std::string connection_established(std::string_view socket_id, std::uint32_t activity_timeout) {
  const std::string data =
      fmt::format(R"({{"socket_id":{},"activity_timeout":{}}})", json_string(socket_id), activity_timeout);
  return Text("pusher:connection_established", data.size()).string("data", data).end();
}

std::string error(std::string_view message, std::optional<int> code) {
  const std::string data =
      fmt::format(R"({{"message":{},"code":{}}})", json_string(message), code ? std::to_string(*code) : "null");
  return Text("pusher:error", data.size()).json("data", data).end();
}

std::string ping() { return R"({"event":"pusher:ping","data":"{}"})"; }
std::string pong() { return R"({"event":"pusher:pong","data":"{}"})"; }

std::string subscription_succeeded(std::string_view channel) {
  return on_channel("pusher_internal:subscription_succeeded", channel).string("data", "{}").end();
}

void PresenceSnapshot::add(std::string_view user_id, std::string_view user_info_json) {
  if (count_++ > 0) {
    ids_ += ',';
    hash_ += ',';
  }
  const std::size_t begin = ids_.size();
  append_escaped(ids_, json_string(user_id));
  hash_.append(ids_, begin).append(":");
  append_escaped(hash_, user_info_json);
}

std::string PresenceSnapshot::text(std::string_view channel) const {
  const std::string data =
      fmt::format(R"("{{\"presence\":{{\"ids\":[{}],\"hash\":{{{}}},\"count\":{}}}}}")", ids_, hash_, count_);
  return on_channel("pusher_internal:subscription_succeeded", channel, data.size()).json("data", data).end();
}

std::string subscription_error(std::string_view channel, std::string_view type, std::string_view error, int status) {
  const std::string data =
      fmt::format(R"({{"type":{},"error":{},"status":{}}})", json_string(type), json_string(error), status);
  return on_channel("pusher:subscription_error", channel, data.size()).json("data", data).end();
}

std::string subscription_count(std::string_view channel, std::uint64_t count) {
  const std::string data = fmt::format(R"({{"subscription_count":{}}})", count);
  return on_channel("pusher_internal:subscription_count", channel, data.size()).string("data", data).end();
}

std::string cache_miss(std::string_view channel) {
  return on_channel("pusher:cache_miss", channel).string("data", "{}").end();
}

std::string member_added(std::string_view channel, const Member& member) {
  const std::string data =
      fmt::format(R"({{"user_id":{},"user_info":{}}})", json_string(member.user_id), member.user_info_json);
  return on_channel("pusher_internal:member_added", channel, data.size()).string("data", data).end();
}

std::string member_removed(std::string_view channel, std::string_view user_id) {
  const std::string data = fmt::format(R"({{"user_id":{}}})", json_string(user_id));
  return on_channel("pusher_internal:member_removed", channel, data.size()).string("data", data).end();
}

std::string signin_success(std::string_view user_data) {
  const std::string data = fmt::format(R"({{"user_data":{}}})", json_string(user_data));
  return Text("pusher:signin_success", data.size()).string("data", data).end();
}

std::string watchlist_events(std::span<const std::string> online, std::span<const std::string> offline) {
  std::string events;
  for (const auto& [name, ids] : {std::pair("online", online), std::pair("offline", offline)}) {
    if (ids.empty()) continue;
    if (!events.empty()) events += ',';
    events += fmt::format(R"({{"name":"{}","user_ids":{}}})", name, json_array(ids));
  }
  const std::string data = fmt::format(R"({{"events":[{}]}})", events);
  return Text("pusher_internal:watchlist_events", data.size()).string("data", data).end();
}

std::string channel_event(std::string_view event, std::string_view channel, std::string_view data) {
  return on_channel(event, channel, data.size() + data.size() / 8).string("data", data).end();
}

std::string client_event(std::string_view event, std::string_view channel, std::string_view data_json,
                         std::optional<std::string_view> user_id) {
  Text text = on_channel(event, channel, data_json.size()).json("data", data_json);
  if (user_id) std::move(text).string("user_id", *user_id);
  return std::move(text).end();
}

}  // namespace belfry::pusher
