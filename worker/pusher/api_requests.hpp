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

// One event to publish.
struct Trigger {
  std::string name;
  std::string data;  // the string that subscribers get; never parsed
  std::vector<std::string> channels;
  std::string socket_id;  // who does not get it; empty: everybody does
  bool want_user_count = false;
  bool want_subscription_count = false;
};

std::variant<Trigger, ApiRefusal> parse_trigger(std::string_view body, const AppSettings& limits);
std::variant<std::vector<Trigger>, ApiRefusal> parse_batch(std::string_view body, const AppSettings& limits);

bool is_socket_id(std::string_view text);  // "123.456"

}  // namespace belfry::pusher
