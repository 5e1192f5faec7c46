// The life of a node: what starts when, how it drains, in which order it ends, and how far it is with that. It acts on
// the parts that the supervisor owns, and owns those that only a life needs: the managed Redis and the drain.
#pragma once

#include <uv.h>

#include <functional>
#include <optional>
#include <string_view>

#include "common/clock.hpp"
#include "common/exit_code.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/draining.hpp"
#include "supervisor/managed_redis.hpp"
#include "supervisor/node.hpp"
#include "supervisor/node_announcer.hpp"
#include "supervisor/reload.hpp"
#include "supervisor/service_manager.hpp"
#include "supervisor/worker_slots.hpp"

namespace belfry::supervisor {

enum class NodeState { starting, running, draining, stopping };

std::string_view name_of(NodeState state);

class NodeLife final : private ManagedRedis::Owner {
 public:
  struct Parts {
    const Node& node;
    WorkerSlots& workers;
    Reload& reload;
    NodeAnnouncer& announcer;
    ServiceManager& service_manager;
  };

  // `ended` is called when no process of the node is left.
  NodeLife(uv_loop_t* loop, Parts parts, std::function<void()> ended);

  NodeState state() const { return state_; }
  bool is_leaving() const { return state_ == NodeState::draining || state_ == NodeState::stopping; }
  bool has_started_workers() const { return workers_started_; }
  ExitCode exit_code() const { return exit_code_; }
  Milliseconds age(TimePoint now) const { return std::chrono::duration_cast<Milliseconds>(now - started_at_); }
  std::optional<Milliseconds> drain_left(TimePoint now) const;
  std::optional<ManagedRedisStatus> redis_status() const;

  void start();
  // Drains as SIGTERM asks for, where drain_time says so and there is something to drain; else stops.
  void end_gracefully(std::string_view why);
  // Begins a drain, or gives the one that is under way another time; returns how long until the first client is closed.
  Milliseconds drain(std::string_view why, Milliseconds over);
  void stop(std::string_view why);
  // Told to stop again: nobody waits any longer.
  void kill();

  void workers_changed();
  // SIGCHLD came.
  void reap();

 private:
  void redis_changed() override;
  void start_workers_once();
  void stop_workers();
  void finish_if_all_ended();

  Parts parts_;
  std::function<void()> ended_;
  NodeState state_ = NodeState::starting;
  ExitCode exit_code_ = ExitCode::ok;
  bool workers_started_ = false;
  TimePoint started_at_ = Clock::now();
  std::optional<ManagedRedis> redis_;
  Draining draining_;
  UvTimer last_arrivals_;
};

}  // namespace belfry::supervisor
