// The public id of a session: two random numbers, as in Pusher's socket_id ("123.456"). Nobody can guess it, and with
// 64 random bits nobody meets it twice.
#pragma once

#include <fmt/format.h>

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "common/random.hpp"

namespace belfry::ws {

struct SessionId {
  std::uint32_t high = 0;
  std::uint32_t low = 0;

  std::string to_string() const { return fmt::format("{}.{}", high, low); }
  auto operator<=>(const SessionId&) const = default;
};

// nullopt: it is no such id.
std::optional<SessionId> parse_session_id(std::string_view text);

// Makes ids from random bytes that it fetches for many at a time.
class SessionIds {
 public:
  SessionId next() {
    if (used_ == random_.size()) refill();
    SessionId id;
    std::memcpy(&id, random_.data() + used_, sizeof id);
    used_ += sizeof id;
    return id;
  }

 private:
  void refill() {
    fill_random(random_);
    used_ = 0;
  }

  std::array<std::uint8_t, 64 * sizeof(SessionId)> random_ = {};
  std::size_t used_ = sizeof random_;
};

}  // namespace belfry::ws
