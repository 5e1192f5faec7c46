// When an event was published, written into its envelope: "0a1b2c3d.123456789", the node and its machine's monotonic
// clock in microseconds. Who receives it compares it with the same clock, so that only a worker of the same node reads
// it: between machines it would tell the difference of two clocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/control_messages.hpp"

namespace belfry::pusher {

class StampOffice {
 public:
  explicit StampOffice(const NodeId& node);

  std::string stamp(std::uint64_t now_ns) const;
  // nullopt: of another node, or none.
  std::optional<std::uint64_t> published_ns(std::string_view stamp) const;

 private:
  std::string node_;  // and the point behind it
};

}  // namespace belfry::pusher
