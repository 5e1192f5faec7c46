// Publishes over Pusher's HTTP API: signed POSTs to /apps/ID/events on one connection, without waiting for the answer
// to the one before (RFC 9112, section 9.3.2), so that they stay in order.
#pragma once

#include "tools/bench/publish_protocol.hpp"

namespace belfry::bench {

class ApiPublishing final : public PublishProtocol {
 public:
  explicit ApiPublishing(const Plan& plan);

  void append_message(std::string& out, std::size_t channel, std::string_view data) override;
  Result<std::size_t> take(std::string_view in, std::string& out, Answers& answers) override;

 private:
  const Plan& plan_;
  std::string path_;
  std::string head_;  // of each request, behind its target
};

}  // namespace belfry::bench
