// Who owns rows in Redis: one epoch of one worker slot of one run of a supervisor. A worker that was declared dead goes
// on under its next epoch.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "common/control_messages.hpp"

namespace belfry::cluster {

// "NODE.SLOT.EPOCH", NODE in 32 hex digits.
inline std::string owner_name(const NodeId& node, std::uint32_t slot, std::uint64_t epoch) {
  std::string name;
  for (const std::uint8_t byte : node.bytes) name.append(fmt::format("{:02x}", byte));
  return name.append(fmt::format(".{}.{}", slot, epoch));
}

}  // namespace belfry::cluster
