// An event of a channel on its way to the subscribers, as it came from Redis or from the channel itself.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "worker/net/shared_bytes.hpp"
#include "worker/ws/session_id.hpp"

namespace belfry::pusher {

struct Event {
  std::vector<ws::SessionId> excluded;  // its sender, and who has it already
  net::SharedBytes frame;
  std::uint64_t kept_number = 0;                   // of a cache channel (envelope.hpp); 0: it is not kept
  std::optional<std::uint64_t> published_ns = {};  // by this node
};

}  // namespace belfry::pusher
