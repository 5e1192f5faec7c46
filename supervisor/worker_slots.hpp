// All worker slots of the node: starts and stops them together, lets siblings sweep for each other, restarts them in
// turn.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/cluster_status.hpp"
#include "supervisor/rolling_restart.hpp"
#include "supervisor/tails.hpp"
#include "supervisor/worker_program.hpp"
#include "supervisor/worker_slot.hpp"

namespace belfry::supervisor {

class WorkerSlots final : private SlotOwner {
 public:
  // `changed` is called whenever a slot is in another state.
  WorkerSlots(uv_loop_t* loop, std::vector<WorkerBirth> births, std::function<void()> changed);

  std::uint32_t size() const { return static_cast<std::uint32_t>(slots_.size()); }
  bool have_been_ready() const;          // every slot that is not failed, at least once
  bool have_failed() const;              // all of them
  bool failed_by_configuration() const;  // all of them
  bool have_ended() const;               // none has a process or waits for one

  void start();
  // All workers, and those that start from here on, take leave (control_messages.hpp).
  void drain();
  void shed_everybody(Milliseconds over);
  void stop();
  void kill();
  void reap();
  bool have(pid_t pid) const;  // one of their processes that was not reaped
  // All, or the one. While a restart is under way, that is the obstacle.
  void restart(std::optional<std::uint32_t> slot, RollingRestart::Done done);
  // Those that are not of the program are replaced by workers of it. Where one does not become ready, all slots go back
  // to the supervisor's own for those to come. No restart is under way.
  void upgrade(const WorkerProgram& program, RollingRestart::Done done);
  // All workers, and those that start from here on, go by this configuration.
  void reconfigure(const std::string& order);
  // Slots whose worker has not said yet that it does.
  std::vector<std::uint32_t> not_reconfigured() const;
  // What the workers tell from now on, as packets.
  Result<UniqueFd> tail(const BeginTail& order);
  // What the present workers say to the order, as packets until all have said it or have died, and which they are.
  // Not more than `most` of them are asked, those first that are not silent.
  Result<std::pair<UniqueFd, std::vector<std::uint32_t>>> ask(const ToWorker& order,
                                                              std::size_t most = ~std::size_t{0});
  // One that is connected to Redis gets it.
  void tell_one(const ToWorker& order);
  bool is_restarting() const { return rolling_restart_.is_under_way(); }
  void shed(std::uint32_t slot, const Shed& order) { slots_.at(slot)->send(order); }
  Result<void> inject(Fault fault, std::uint32_t slot);
  // All workers, and those that start from here on; nullopt: as they are configured.
  void set_log_level(const std::optional<std::string>& level, const std::string& configured);

  std::uint64_t clients() const;  // of all, now
  std::vector<WorkerStatus> status(TimePoint now) const;
  AppCounterSums app_counters() const;  // of all slots together
  std::vector<SlotLoad> loads(TimePoint now) const;

 private:
  std::optional<std::uint32_t> find_sweeper(std::uint32_t slot, std::uint64_t epoch) override;
  void swept(std::uint32_t slot, std::uint64_t epoch) override;
  void worker_died(std::uint32_t slot) override;
  void slot_changed(WorkerSlot& slot) override;
  void tell_to_leave(WorkerSlot& slot);
  std::vector<WorkerSlot*> awake_first() const;
  void use_program(const std::string& path);
  void restart(std::deque<WorkerSlot*> slots, RollingRestart::Done done);

  std::function<void()> changed_;
  std::vector<std::unique_ptr<WorkerSlot>> slots_;
  RollingRestart rolling_restart_;
  std::uint64_t last_configuration_ = 0;
  bool draining_ = false;
  std::optional<TimePoint> shed_by_;
  std::optional<SetLogLevel> log_level_;
  Tails tails_;
};

}  // namespace belfry::supervisor
