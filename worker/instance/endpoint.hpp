// GET /instance?policy=round-robin|ip-hash|least-connections: names a node to clients that choose one by themselves, as
// {"instance":"host:port"}. For pages of other origins it answers as CORS wants it (Fetch standard, section 3.2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "worker/http/router.hpp"
#include "worker/http/waiting_requests.hpp"
#include "worker/instance/node_list.hpp"

namespace belfry::instance {

class Endpoint final : public http::Handler {
 public:
  Endpoint(uv_loop_t* loop, cluster::NodeRegistry& registry);
  void reconfigure(std::vector<std::string> allowed_origins) { allowed_origins_ = std::move(allowed_origins); }

  http::Handled handle(const http::Request& request, http::Connection& connection) override;
  void forget(http::Connection& connection) override { waiting_.forget(connection); }

 private:
  NodeList::Choose choice(Policy policy, const std::string& client);
  std::string fields_for(const http::Request& request) const;

  NodeList nodes_;
  http::WaitingRequests waiting_;
  std::vector<std::string> allowed_origins_;
  std::uint64_t turn_;
};

}  // namespace belfry::instance
