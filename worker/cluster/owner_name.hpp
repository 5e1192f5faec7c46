// Who owns rows in Redis: one epoch of one worker slot of one run of a supervisor. A worker that was declared dead goes
// on under its next epoch.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "common/control_messages.hpp"
#include "common/hex.hpp"

namespace belfry::cluster {

// "NODE.SLOT.EPOCH", NODE in 32 hex digits.
inline std::string owner_name(const NodeId& node, std::uint32_t slot, std::uint64_t epoch) {
  return fmt::format("{}.{}.{}", to_hex(node.bytes), slot, epoch);
}

}  // namespace belfry::cluster
