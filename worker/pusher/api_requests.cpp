#include "worker/pusher/api_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "worker/pusher/channel_name.hpp"
#include "worker/pusher/json_reader.hpp"

namespace belfry::pusher {
namespace {

enum Field : std::size_t { kName, kData, kChannel, kChannels, kSocketId, kInfo };
constexpr std::array<std::string_view, 6> kFields = {"name", "data", "channel", "channels", "socket_id", "info"};

using Refused = std::optional<ApiRefusal>;

ApiRefusal bad(std::string reason) { return {400, std::move(reason)}; }

// Reads one event, field by field. `where` goes before the names of fields: "" or "batch[3].".
class TriggerReader {
 public:
  TriggerReader(std::string where, const AppSettings& limits) : where_(std::move(where)), limits_(limits) {}

  Refused read(JsonReader& reader, std::string_view event, bool one_channel) {
    auto members = reader.read(event, kFields, kFields[kChannels]);
    if (!members)
      return bad(fmt::format("{} {}", where_.empty() ? "the body" : where_.substr(0, where_.size() - 1),
                             members.error().message));
    members_ = std::move(*members);
    if (auto refused = read_name()) return refused;
    if (auto refused = read_data()) return refused;
    const bool one =
        one_channel || (members_[kChannels].is_absent_or_null() && !members_[kChannel].is_absent_or_null());
    if (auto refused = one ? read_channel() : read_channels()) return refused;
    if (auto refused = read_socket_id()) return refused;
    return read_info();
  }

  Trigger take() { return std::move(trigger_); }

 private:
  std::string name_of(Field field) const { return where_ + std::string(kFields[field]); }

  Refused read_string(Field field, std::string_view& out) const {
    const JsonValue& member = members_[field];
    if (member.is_absent_or_null()) return bad(name_of(field) + " is missing");
    if (!member.is_string()) return bad(name_of(field) + " is not a string");
    out = member.text;
    return std::nullopt;
  }

  Refused read_name() {
    std::string_view name;
    if (auto refused = read_string(kName, name)) return refused;
    if (const auto fault = event_name_fault(name, limits_.max_event_name_length))
      return bad(fmt::format("{}: {}", name_of(kName), *fault));
    trigger_.name = name;
    return std::nullopt;
  }

  Refused read_data() {
    if (!members_[kData].is_absent_or_null() && !members_[kData].is_string())
      return bad(name_of(kData) +
                 " is not a string: data goes out as it is, so encode it (as JSON, for example) first");
    std::string_view data;
    if (auto refused = read_string(kData, data)) return refused;
    const std::size_t limit = std::size_t{1024} * limits_.max_event_payload_in_kb;
    if (limit != 0 && data.size() > limit)
      return ApiRefusal{413, fmt::format("{} has {} bytes, the limit is {}", name_of(kData), data.size(), limit)};
    trigger_.data = data;
    return std::nullopt;
  }

  Refused read_channel() {
    std::string_view channel;
    if (auto refused = read_string(kChannel, channel)) return refused;
    return add_channel(name_of(kChannel), channel);
  }

  Refused read_channels() {
    const JsonValue& channels = members_[kChannels];
    if (channels.is_absent_or_null()) return bad(name_of(kChannels) + " is missing");
    if (!channels.is_array()) return bad(name_of(kChannels) + " is not an array");
    if (channels.elements.empty()) return bad(name_of(kChannels) + " is empty");
    const std::size_t limit = limits_.max_event_channels_at_once;
    if (limit != 0 && channels.elements.size() > limit)
      return bad(fmt::format("{} names more than {} channels, which is the limit", name_of(kChannels), limit));
    for (const JsonValue& channel : channels.elements) {
      const std::string name = fmt::format("{}[{}]", name_of(kChannels), trigger_.channels.size());
      if (!channel.is_string()) return bad(name + " is not a string");
      if (auto refused = add_channel(name, channel.text)) return refused;
    }
    return check_encrypted();
  }

  Refused add_channel(const std::string& name, std::string_view channel) {
    if (const auto fault = channel_name_fault(channel, limits_.max_channel_name_length))
      return bad(fmt::format("{}: {}", name, *fault));
    trigger_.channels.emplace_back(channel);
    return std::nullopt;
  }

  // The data is encrypted with a key of its own for each channel.
  Refused check_encrypted() const {
    const auto encrypted = [](const std::string& channel) { return kind_of(channel).encrypted; };
    if (trigger_.channels.size() < 2 || std::ranges::none_of(trigger_.channels, encrypted)) return std::nullopt;
    return bad(name_of(kChannels) + " names an encrypted channel, which must be the only one");
  }

  Refused read_socket_id() {
    if (members_[kSocketId].is_absent_or_null()) return std::nullopt;
    std::string_view socket_id;
    if (auto refused = read_string(kSocketId, socket_id)) return refused;
    if (!is_socket_id(socket_id)) return bad(name_of(kSocketId) + " is not two numbers with a dot between them");
    trigger_.socket_id = socket_id;
    return std::nullopt;
  }

  Refused read_info() {
    if (members_[kInfo].is_absent_or_null()) return std::nullopt;
    std::string_view info;
    if (auto refused = read_string(kInfo, info)) return refused;
    trigger_.info = parse_info(info);
    return std::nullopt;
  }

  std::string where_;
  const AppSettings& limits_;
  std::array<JsonValue, kFields.size()> members_;
  Trigger trigger_;
};

}  // namespace

Info parse_info(std::string_view text) {
  Info info;
  while (!text.empty()) {
    const std::string_view attribute = text.substr(0, text.find(','));
    text.remove_prefix(std::min(attribute.size() + 1, text.size()));
    if (attribute == "user_count") info.user_count = true;
    if (attribute == "subscription_count") info.subscription_count = true;
    if (attribute == "cache") info.cache = true;
  }
  return info;
}

std::variant<Trigger, ApiRefusal> parse_trigger(JsonReader& reader, std::string_view body, const AppSettings& limits) {
  TriggerReader trigger("", limits);
  if (auto refused = trigger.read(reader, body, false)) return std::move(*refused);
  return trigger.take();
}

std::variant<std::vector<Trigger>, ApiRefusal> parse_batch(JsonReader& reader, std::string_view body,
                                                           const AppSettings& limits) {
  auto members = reader.read(body, std::array<std::string_view, 1>{"batch"}, "batch");
  if (!members) return bad("the body " + members.error().message);
  const JsonValue& batch = members->front();
  if (batch.is_absent_or_null()) return bad("batch is missing");
  if (!batch.is_array()) return bad("batch is not an array");
  if (limits.max_event_batch_size != 0 && batch.elements.size() > limits.max_event_batch_size)
    return bad(fmt::format("batch has more than {} events, which is the limit", limits.max_event_batch_size));

  JsonReader event_reader;
  std::vector<Trigger> triggers;
  for (const JsonValue& event : batch.elements) {
    TriggerReader trigger(fmt::format("batch[{}].", triggers.size()), limits);
    if (auto refused = trigger.read(event_reader, event.raw, true)) return std::move(*refused);
    triggers.push_back(trigger.take());
  }
  return triggers;
}

bool is_socket_id(std::string_view text) {
  const auto is_number = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  const std::size_t dot = text.find('.');
  return dot != std::string_view::npos && is_number(text.substr(0, dot)) && is_number(text.substr(dot + 1));
}

}  // namespace belfry::pusher
