// How a URL tells that a Pusher server answers at it: its path ends in /app/KEY.
#pragma once

#include <optional>
#include <string>

#include "tools/ws_url.hpp"

namespace belfry::tools {

// KEY, percent-decoded; nullopt: no Pusher URL.
std::optional<std::string> pusher_key(const WsUrl& url);

// With the parameters of a Pusher client that it lacks: protocol, client, version.
WsUrl with_pusher_parameters(WsUrl url);

}  // namespace belfry::tools
