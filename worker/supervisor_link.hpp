// The worker's end of the control channel on its loop: obeys what the supervisor says, sends heartbeats, and takes EOF,
// which is the supervisor's death, for an order to stop.
#pragma once

#include <uv.h>

#include <string>

#include "common/clock.hpp"
#include "common/control_channel.hpp"
#include "common/uv_handle.hpp"

namespace belfry::worker {

class SupervisorLink {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_orphaned() = 0;  // the supervisor is gone; on_stop() follows
    virtual void on_stop() = 0;
    virtual void on_drain() = 0;
    virtual void on_shed(const Shed& order) = 0;
    virtual void on_sweep(const SweepSibling& sibling) = 0;
    virtual void on_reconfigure(std::uint64_t number, UniqueFd order) = 0;
    virtual void on_tail(const BeginTail& order, UniqueFd packets) = 0;
    virtual void on_verify_presence(UniqueFd packets) = 0;
    virtual void on_report_memory(UniqueFd packets) = 0;
    virtual void on_announce(std::string_view row) = 0;
    virtual void on_list_nodes(UniqueFd packets) = 0;
    virtual void on_log_level(const std::string& level) = 0;
    virtual Heartbeat heartbeat() = 0;
  };

  SupervisorLink(uv_loop_t* loop, WorkerEnd channel, Listener& listener);

  void send(const ToSupervisor& message);

 private:
  void handle_readable();
  void obey(WorkerEnd::Received received);

  WorkerEnd channel_;
  Listener& listener_;
  UvPoll poll_;
  UvTimer heartbeat_;
};

}  // namespace belfry::worker
