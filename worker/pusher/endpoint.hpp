// /app/{key}: upgrades a connection and tells the client, in its first message, that it is in, or why it is not (error,
// then a Close with the same code): a browser cannot see an HTTP status.
#pragma once

#include <optional>
#include <string_view>

#include "worker/http/router.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/session.hpp"

namespace belfry::pusher {

class Endpoint final : public http::Handler {
 public:
  Endpoint(const Apps& apps, Surroundings& surroundings, const ws::SessionRules& rules);
  void reconfigure(const ws::SessionRules& rules) { rules_.renew(rules); }
  http::Handled handle(const http::Request& request, http::Connection& connection) override;

 private:
  const Apps& apps_;
  Surroundings& surroundings_;
  ws::SessionRules rules_;
  ws::SessionIds ids_;
};

}  // namespace belfry::pusher
