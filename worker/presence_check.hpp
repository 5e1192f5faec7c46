// `belfry presence verify` in this worker: what an audit finds, a JSON object a packet, to whoever asked, and at the
// end what was looked at:
//
//   {"worker":0,"channel":"APP:presence-x","user":"42","difference":"the roster has him, and Redis does not"}
//   {"worker":0,"channels":12,"members":340,"differences":1}
//
// Waits for a reader who is slow; ends when he is gone.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "common/unique_fd.hpp"
#include "common/uv_handle.hpp"
#include "worker/cluster/presence_audit.hpp"

namespace belfry::worker {

class PresenceCheck final : public cluster::PresenceAudit::Listener {
 public:
  // `ended` may destroy the object.
  PresenceCheck(uv_loop_t* loop, std::uint32_t slot, UniqueFd packets, std::function<void(PresenceCheck&)> ended);

  void begin(bus::Bus& bus, const cluster::Keys& keys, const cluster::Owner& owner, cluster::ChannelStates& states);

 private:
  void on_difference(const cluster::PresenceAudit& audit, const cluster::Difference& difference) override;
  void on_audited(cluster::PresenceAudit& audit) override;

  void flush();

  uv_loop_t* loop_;
  std::uint32_t slot_;
  UniqueFd packets_;
  std::function<void(PresenceCheck&)> ended_;
  std::deque<std::string> to_send_;
  std::unique_ptr<cluster::PresenceAudit> audit_;  // null: it is through
  UvTimer timer_;
};

}  // namespace belfry::worker
