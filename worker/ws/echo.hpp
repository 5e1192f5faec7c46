// The diagnostic echo for conformance suites: every message goes back as it came. It does not queue for a client that
// does not read; it stops reading from it.
#pragma once

#include "worker/http/router.hpp"
#include "worker/ws/session.hpp"

namespace belfry::ws {

class Echo final : public http::Handler {
 public:
  // `queue` in the rules is not used.
  explicit Echo(const SessionRules& rules) : rules_(rules) {}
  void reconfigure(const SessionRules& rules) { rules_.renew(rules); }
  http::Handled handle(const http::Request& request, http::Connection& connection) override;

  static constexpr std::uint64_t kMaxMessage = 16 * 1024 * 1024;

 private:
  SessionRules rules_;
};

}  // namespace belfry::ws
