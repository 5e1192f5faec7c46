// Publishes as a worker of belfry does: PUBLISH on the channel's topic, with the envelope that its workers read; for
// the raw protocol on new_message, as any back end does.
#pragma once

#include <vector>

#include "tools/bench/publish_protocol.hpp"

namespace belfry::bench {

class RedisPublishing final : public PublishProtocol {
 public:
  explicit RedisPublishing(const Plan& plan);

  std::string greeting() override;  // logs in
  bool is_ready() const override { return awaited_ == 0; }
  void append_message(std::string& out, std::size_t channel, std::string_view data) override;
  Result<std::size_t> take(std::string_view in, std::string& out, Answers& answers) override;

 private:
  const Plan& plan_;
  std::vector<std::string> topics_;
  unsigned awaited_ = 0;  // answers to the greeting
};

}  // namespace belfry::bench
