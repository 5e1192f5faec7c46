// A worker slot: the place that one worker after another fills, with the same index and the same listeners. The slot
// starts its worker, watches its readiness and heartbeats, buries it and starts the successor when restart_policy says
// so. Lives as long as the supervisor.
#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "common/control_messages.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/child_state.hpp"
#include "supervisor/client_load.hpp"
#include "supervisor/cluster_status.hpp"
#include "supervisor/obituary.hpp"
#include "supervisor/owner_epochs.hpp"
#include "supervisor/restart_policy.hpp"
#include "supervisor/worker_process.hpp"

namespace belfry::supervisor {

class WorkerSlot;

// What a slot needs of its siblings, and whom it tells.
class SlotOwner {
 public:
  // Lets a running worker sweep the rows of `slot`'s dead worker; returns its slot, or nullopt: none runs.
  virtual std::optional<std::uint32_t> find_sweeper(std::uint32_t slot, std::uint64_t epoch) = 0;
  // A worker has swept the rows of `slot`'s dead worker.
  virtual void swept(std::uint32_t slot, std::uint64_t epoch) = 0;
  // The slot's worker is dead, and with it whatever it was to sweep for others is nobody's.
  virtual void worker_died(std::uint32_t slot) = 0;
  // The slot is in another state, and done with what led there.
  virtual void slot_changed(WorkerSlot& slot) = 0;

 protected:
  ~SlotOwner() = default;
};

class WorkerSlot final : private WorkerProcess::Handler {
 public:
  WorkerSlot(uv_loop_t* loop, WorkerBirth birth, SlotOwner& owner);

  std::uint32_t index() const { return birth_.slot; }
  ChildState state() const { return state_; }
  bool was_ready() const { return was_ready_; }
  bool failed_by_configuration() const { return state_ == ChildState::failed && configuration_error_; }
  const std::string& last_obituary() const { return last_obituary_; }

  void start();
  // The worker closes its clients and ends; the slot stays empty.
  void stop();
  // The same, and then a successor: no crash, whatever the exit status. An empty slot just starts.
  void restart();
  // The worker's clients are closed over the time, and new ones go to its siblings where they can be steered. false:
  // there is nobody to close.
  bool clear(Milliseconds over);
  void stop_clearing();
  // Workers to come are born of this binary. One that does not become ready is the last of it.
  void use_program(std::string path) { birth_.executable = std::move(path); }
  void kill(std::string why);
  // SIGCHLD came: is it ours?
  void reap();
  bool has(pid_t pid) const { return process_ != nullptr && process_->pid() == pid; }
  bool is_born_of(const WorkerProgram& program) const { return birth_.executable == program.path(); }
  bool runs(const WorkerProgram& program) const { return process_ != nullptr && program.is_run_by(process_->pid()); }
  bool send(const ToWorker& message, int attached = -1) {
    return process_ != nullptr && process_->send(message, attached);
  }
  // What the slot's workers go by from here on: the present one and those to come.
  void reconfigure(std::uint64_t number, const std::string& order);
  bool is_reconfigured() const { return process_ == nullptr || reconfigured_ == wanted_configuration_; }
  void hand_over_orphans();
  void sweeper_died(std::uint32_t slot) { epochs_.sweeper_died(slot); }
  void swept(std::uint64_t epoch) { epochs_.swept(epoch); }

  bool has_redis() const { return heartbeat_ && heartbeat_->redis == RedisState::connected; }
  std::uint64_t clients() const;  // now: heartbeats are a second apart
  // Of each app that a worker of the slot has counted, the dead ones too.
  void add_apps_to(AppCounterSums& sums) const;
  WorkerStatus status(TimePoint now) const;
  bool is_awake(TimePoint now) const;  // its worker runs and is not silent
  SlotLoad load(TimePoint now) const;

 private:
  enum class Afterwards { policy, stay_empty, successor };  // what follows the end of the process

  struct Next {
    ChildState state = ChildState::failed;  // starting, backing_off, stopped or failed
    Milliseconds delay = {};                // of backing_off
    std::string words;                      // for the obituary
  };

  void on_message(const ToSupervisor& message) override;
  void on_channel_lost(const Error& error) override;
  void handle(const Ready& ready);
  void handle(const EpochTaken& message);
  void handle(const Swept& message);
  void handle(const Heartbeat& heartbeat);
  void handle(const Reconfigured& message);
  void on_timer();
  void abort_if_silent();

  void launch();
  void ask_to_stop(Afterwards afterwards);
  void ended(int wait_status);
  Next next_after(int wait_status, TimePoint now);
  bool gives_up_program();
  Next next_by_policy(RestartPolicy::End how, TimePoint now);
  void bury(int wait_status, TimePoint now, const Next& next);
  void inherit_counters();
  void follow(const Next& next);
  void enter(ChildState state);
  void transition(ChildState to);
  void arm(Milliseconds delay);

  uv_loop_t* loop_;
  WorkerBirth birth_;
  SlotOwner& owner_;
  UvTimer timer_;  // the one deadline that the present state has
  TimePoint deadline_;
  ChildState state_ = ChildState::stopped;
  TimePoint entered_at_ = Clock::now();
  Afterwards afterwards_ = Afterwards::policy;
  RestartPolicy policy_;
  OwnerEpochs epochs_;
  std::unique_ptr<WorkerProcess> process_;
  std::string complaint_;  // about the control channel: SIGKILL for this unless the process ends by itself
  std::string cause_;      // why the supervisor killed or aborted this process
  std::optional<Heartbeat> heartbeat_;
  Counters of_the_dead_;  // what the slot's earlier workers have counted
  AppCounterSums apps_of_the_dead_;
  ClientLoad load_;
  std::string last_obituary_;
  std::string version_;  // of the present process, once it is ready
  std::uint32_t starts_ = 0;
  std::uint64_t wanted_configuration_ = 0;  // number of the last reload
  std::uint64_t reconfigured_ = 0;          // what the present worker goes by
  bool was_ready_ = false;                  // some worker of this slot was ready
  bool clearing_ = false;
  bool process_was_ready_ = false;  // the present one was
  bool configuration_error_ = false;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace belfry::supervisor
