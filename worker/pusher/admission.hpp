// What a connection came with, as little of it as is needed to say later, under another configuration, whether it would
// be let in still: hashes of the key and of the origin. A collision, one in four thousand million, keeps a connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/refusal.hpp"
#include "worker/http/request.hpp"
#include "worker/ws/close_code.hpp"

namespace belfry::pusher {

struct App;

struct Objection {
  Refusal why;
  ws::CloseCode code;
  std::string reason;
};

class Admission {
 public:
  Admission() = default;
  Admission(std::string_view key, const http::Request& request);

  // Why it would not be let in as the app is now.
  std::optional<Objection> objection(const App& app) const;

 private:
  bool origin_is_allowed(const App& app) const;

  std::uint32_t key_ = 0;
  std::uint32_t origin_ = 0;  // 0: allowed whatever is configured, as of the server's own host
  std::uint32_t origin_host_ = 0;
};

}  // namespace belfry::pusher
