#include "worker/pusher/api_answers.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "worker/pusher/channel_name.hpp"
#include "worker/pusher/json_text.hpp"

namespace belfry::pusher {
namespace {

using Json = nlohmann::ordered_json;

Json attributes(const std::string& channel, const ChannelQueries::Facts& facts, const Info& info) {
  Json json = Json::object();
  if (info.user_count && kind_of(channel).presence) json["user_count"] = facts.users;
  if (info.subscription_count) json["subscription_count"] = facts.subscribers;
  return json;
}

// What the publisher sent: `data` of the event that is kept.
Json cache_of(const std::optional<ChannelQueries::Kept>& kept) {
  if (!kept) return nullptr;
  const Json event = Json::parse(kept->text, nullptr, false);
  if (!event.is_object() || !event.contains("data")) return nullptr;
  return {{"data", event["data"]}, {"ttl", std::max<std::int64_t>(kept->ttl_ms, 0) / 1000}};
}

}  // namespace

std::string events_answer(const Trigger& trigger, const ChannelQueries::Channels& known) {
  Json channels = Json::object();
  for (const std::string& channel : trigger.channels)
    channels[channel] = attributes(channel, known.at(channel), trigger.info);
  return Json{{"channels", std::move(channels)}}.dump();
}

std::string batch_answer(const std::vector<Trigger>& triggers, const ChannelQueries::Channels& known) {
  Json batch = Json::array();
  for (const Trigger& trigger : triggers) {
    const std::string& channel = trigger.channels.front();
    batch.push_back(trigger.info.any() ? attributes(channel, known.at(channel), trigger.info) : Json::object());
  }
  return Json{{"batch", std::move(batch)}}.dump();
}

std::string channels_answer(const ChannelQueries::Channels& channels, const Info& info) {
  Json json = Json::object();
  for (const auto& [name, facts] : channels) json[name] = attributes(name, facts, info);
  return Json{{"channels", std::move(json)}}.dump();
}

std::string channel_answer(const ChannelQueries::Facts& facts, const Info& info) {
  Json json = {{"occupied", facts.subscribers > 0}};
  if (info.user_count) json["user_count"] = facts.users;
  if (info.subscription_count) json["subscription_count"] = facts.subscribers;
  if (info.cache) json["cache"] = cache_of(facts.kept);
  return json.dump();
}

std::string users_answer(const std::vector<ChannelQueries::User>& users, bool with_info) {
  std::string body = R"({"users":[)";
  for (const ChannelQueries::User& user : users) {
    if (body.back() == '}') body += ',';
    body.append(R"({"id":)").append(json_string(user.id));
    if (with_info) body.append(R"(,"user_info":)").append(user.info);
    body += '}';
  }
  return body += "]}";
}

}  // namespace belfry::pusher
