#include "tools/bench/publish_protocol.hpp"

#include "tools/bench/api_publishing.hpp"
#include "tools/bench/redis_publishing.hpp"
#include "tools/bench/ws_publishing.hpp"

namespace belfry::bench {

std::unique_ptr<PublishProtocol> make_publish_protocol(const Plan& plan) {
  switch (plan.via) {
    case Via::api: return std::make_unique<ApiPublishing>(plan);
    case Via::redis: return std::make_unique<RedisPublishing>(plan);
    case Via::ws: break;
  }
  return std::make_unique<WsPublishing>(plan);
}

}  // namespace belfry::bench
