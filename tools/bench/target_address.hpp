// Where the load goes: the address of a name, and whether it is this machine.
#pragma once

#include "common/result.hpp"
#include "common/socket_address.hpp"
#include "tools/ws_url.hpp"

namespace belfry::bench {

// The first IPv4 address that the host has, else the first one: 127.0.0.0/8 has many sources, ::1 is alone. The Error
// carries an errno value.
Result<SocketAddress> resolve_target(const tools::WsUrl& url);

}  // namespace belfry::bench
