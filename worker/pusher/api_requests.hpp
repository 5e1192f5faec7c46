// The bodies of POST events and batch_events, checked against an app's limits. A
// refusal names the field and, where there is one, the limit.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/settings.hpp"
#include "worker/pusher/api_refusal.hpp"

namespace belfry::pusher {

// The attributes of a channel that a request asks for with `info`. Others are passed over, as Pusher does.
struct Info {
  bool user_count = false;
  bool subscription_count = false;
  bool cache = false;

  bool any() const { return user_count || subscription_count || cache; }
};
Info parse_info(std::string_view text);  // names between commas

class JsonReader;

// One event to publish.
struct Trigger {
  std::string name;
  std::string data;  // the string that subscribers get; never parsed
  std::vector<std::string> channels;
  std::string socket_id;  // who does not get it; empty: everybody does
  Info info;              // of each channel, for the answer
};

std::variant<Trigger, ApiRefusal> parse_trigger(JsonReader& reader, std::string_view body, const AppSettings& limits);
std::variant<std::vector<Trigger>, ApiRefusal> parse_batch(JsonReader& reader, std::string_view body,
                                                           const AppSettings& limits);

bool is_socket_id(std::string_view text);  // "123.456"

}  // namespace belfry::pusher
