#include "worker/pusher/api_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "worker/pusher/channel_name.hpp"
#include "worker/pusher/json_document.hpp"
#include "worker/pusher/json_members.hpp"

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

  Refused read(simdjson::dom::element element, bool one_channel) {
    if (const auto fault = members_.read(element))
      return bad(where_.empty() ? "the body " + *fault : where_.substr(0, where_.size() - 1) + " " + *fault);
    if (auto refused = read_name()) return refused;
    if (auto refused = read_data()) return refused;
    const bool one = one_channel || (members_[kChannels] == nullptr && members_[kChannel] != nullptr);
    if (auto refused = one ? read_channel() : read_channels()) return refused;
    if (auto refused = read_socket_id()) return refused;
    return read_info();
  }

  Trigger take() { return std::move(trigger_); }

 private:
  std::string name_of(Field field) const { return where_ + std::string(kFields[field]); }

  Refused read_string(Field field, std::string_view& out) const {
    if (members_[field] == nullptr) return bad(name_of(field) + " is missing");
    const auto text = string_of(*members_[field]);
    if (!text) return bad(name_of(field) + " is not a string");
    out = *text;
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
    if (members_[kData] != nullptr && !members_[kData]->is_string())
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
    if (members_[kChannels] == nullptr) return bad(name_of(kChannels) + " is missing");
    simdjson::dom::array channels;
    if (members_[kChannels]->get(channels) != simdjson::SUCCESS) return bad(name_of(kChannels) + " is not an array");
    if (channels.begin() == channels.end()) return bad(name_of(kChannels) + " is empty");
    for (const simdjson::dom::element element : channels) {
      const std::size_t limit = limits_.max_event_channels_at_once;
      if (limit != 0 && trigger_.channels.size() == limit)
        return bad(fmt::format("{} names more than {} channels, which is the limit", name_of(kChannels), limit));
      const auto channel = string_of(element);
      const std::string name = fmt::format("{}[{}]", name_of(kChannels), trigger_.channels.size());
      if (!channel) return bad(name + " is not a string");
      if (auto refused = add_channel(name, *channel)) return refused;
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
    if (members_[kSocketId] == nullptr) return std::nullopt;
    std::string_view socket_id;
    if (auto refused = read_string(kSocketId, socket_id)) return refused;
    if (!is_socket_id(socket_id)) return bad(name_of(kSocketId) + " is not two numbers with a dot between them");
    trigger_.socket_id = socket_id;
    return std::nullopt;
  }

  Refused read_info() {
    if (members_[kInfo] == nullptr) return std::nullopt;
    std::string_view info;
    if (auto refused = read_string(kInfo, info)) return refused;
    trigger_.info = parse_info(info);
    return std::nullopt;
  }

  std::string where_;
  const AppSettings& limits_;
  JsonMembers<kFields.size()> members_{kFields};
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

std::variant<Trigger, ApiRefusal> parse_trigger(std::string_view body, const AppSettings& limits) {
  JsonDocument document;
  if (const auto fault = document.parse(body)) return bad("the body " + *fault);
  TriggerReader reader("", limits);
  if (auto refused = reader.read(document.root(), false)) return std::move(*refused);
  return reader.take();
}

std::variant<std::vector<Trigger>, ApiRefusal> parse_batch(std::string_view body, const AppSettings& limits) {
  JsonDocument document;
  if (const auto fault = document.parse(body)) return bad("the body " + *fault);
  JsonMembers members(std::array<std::string_view, 1>{"batch"});
  if (const auto fault = members.read(document.root())) return bad("the body " + *fault);
  if (members[0] == nullptr) return bad("batch is missing");
  simdjson::dom::array batch;
  if (members[0]->get(batch) != simdjson::SUCCESS) return bad("batch is not an array");

  std::vector<Trigger> triggers;
  for (const simdjson::dom::element element : batch) {
    if (limits.max_event_batch_size != 0 && triggers.size() == limits.max_event_batch_size)
      return bad(fmt::format("batch has more than {} events, which is the limit", limits.max_event_batch_size));
    TriggerReader reader(fmt::format("batch[{}].", triggers.size()), limits);
    if (auto refused = reader.read(element, true)) return std::move(*refused);
    triggers.push_back(reader.take());
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
