// The frames in a run of bytes from a server, one after the other, without a copy. What is incomplete stays for the
// caller to offer again with more behind it. Each data frame counts as a message: nobody splits messages of the size
// that is measured here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "worker/ws/frame_header.hpp"

namespace belfry::bench {

struct ServerFrame {
  ws::Opcode opcode = ws::Opcode::text;
  std::string_view payload;
};

class ServerFrames {
 public:
  explicit ServerFrames(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  std::optional<ServerFrame> next();

  std::span<const std::uint8_t> rest() const { return rest_; }
  bool broken() const { return broken_; }  // it is no frame of a server: masked, or reserved bits are set

 private:
  std::span<const std::uint8_t> rest_;
  bool broken_ = false;
};

}  // namespace belfry::bench
