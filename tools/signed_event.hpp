// An event for the HTTP API, as a back end sends it: the body, and the path with the signed query. Pure: the time comes
// in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/app_keys.hpp"

namespace belfry::tools {

struct Event {
  std::string name;
  std::vector<std::string> channels;
  std::string data;       // sent as it is
  std::string socket_id;  // of the connection that does not get it; empty: all do
};

std::string event_body(const Event& event);

// What stands in the request line for a POST of `body` to `path`, at `unix_seconds`.
std::string signed_target(std::string_view path, const AppKeys& app, std::string_view body, std::int64_t unix_seconds);

// "a,b" -> a and b; what is empty falls out.
std::vector<std::string> channels_of(std::string_view list);

}  // namespace belfry::tools
