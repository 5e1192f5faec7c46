// One worker process: its pid and the supervisor's end of its control channel. It starts the process, carries messages
// and collects the exit status; what these mean is the slot's business. Lives from fork until the slot has read its
// end.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/control_channel.hpp"
#include "common/counter_page.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/worker_program.hpp"

namespace belfry::supervisor {

// What every worker of a slot is born with.
struct WorkerBirth {
  std::uint32_t slot = 0;
  NodeId node;
  std::vector<int> listeners;            // owned by Listeners
  std::vector<int> cpus = {};            // on which it may run; empty: as the supervisor
  std::string order;                     // the effective configuration (settings_order.hpp)
  std::string executable = kOwnProgram;  // or what an upgrade has taken over
};

class WorkerProcess {
 public:
  class Handler {
   public:
    virtual void on_message(const ToSupervisor& message) = 0;
    // EOF or a message that must not come; nothing is read after it. Not told of a process that has ended.
    virtual void on_channel_lost(const Error& error) = 0;

   protected:
    ~Handler() = default;
  };

  // Starts the process and sends Configure.
  static Result<std::unique_ptr<WorkerProcess>> start(uv_loop_t* loop, const WorkerBirth& birth, std::uint64_t epoch,
                                                      std::uint64_t orphan_epoch, Handler& handler);

  pid_t pid() const { return pid_; }
  Milliseconds age(TimePoint now) const { return std::chrono::duration_cast<Milliseconds>(now - started_at_); }

  // false: it cannot get the message any more.
  bool send(const ToWorker& message, int attached = -1) {
    return !ended_ && channel_.send(message, attached).has_value();
  }
  bool reconfigure(std::uint64_t number, const std::string& order);
  void signal(int number) const;
  // Handles every message that waits.
  void receive();
  // The status of waitpid(2) once the process has ended.
  std::optional<int> collect();
  std::uint64_t resident_bytes() const;
  // Up to this moment, or up to its end.
  const MappedCounters& counters() const { return counters_; }

 private:
  WorkerProcess(uv_loop_t* loop, UniqueFd channel, MappedCounters counters, Handler& handler);

  Result<void> launch(const WorkerBirth& birth, int worker_end, int counters);

  SupervisorEnd channel_;
  MappedCounters counters_;
  UvPoll poll_;
  Handler& handler_;
  pid_t pid_ = 0;
  bool ended_ = false;     // reaped: the pid may be somebody else's
  bool listening_ = true;  // the channel is not lost
  TimePoint started_at_ = Clock::now();
};

}  // namespace belfry::supervisor
