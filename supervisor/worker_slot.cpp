#include "supervisor/worker_slot.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <utility>
#include <variant>

#include "common/inheritance.hpp"
#include "common/log.hpp"

namespace belfry::supervisor {

using enum ChildState;

WorkerSlot::WorkerSlot(uv_loop_t* loop, WorkerBirth birth, SlotOwner& owner)
    : loop_(loop),
      birth_(std::move(birth)),
      owner_(owner),
      timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {}

// ---- what the supervisor asks for

void WorkerSlot::start() {
  launch();
  owner_.slot_changed(*this);
}

void WorkerSlot::stop() {
  if (state_ == starting || state_ == running) return ask_to_stop(Afterwards::stay_empty);
  afterwards_ = Afterwards::stay_empty;
  if (state_ == backing_off) enter(stopped);
}

void WorkerSlot::restart() {
  policy_.forgive();
  if (!has_process(state_)) return start();
  if (state_ == starting || state_ == running) return ask_to_stop(Afterwards::successor);
  afterwards_ = Afterwards::successor;
}

void WorkerSlot::stop_clearing() {
  if (std::exchange(clearing_, false)) send(Shed{});
}

bool WorkerSlot::clear(Milliseconds over) {
  if (state_ != running || clients() == 0) return false;
  clearing_ = true;
  send(Shed{.clients = clients(), .over_ms = static_cast<std::uint64_t>(over.count()), .then_ends = true});
  owner_.slot_changed(*this);
  return true;
}

void WorkerSlot::ask_to_stop(Afterwards afterwards) {
  afterwards_ = afterwards;
  if (!process_->send(Stop{})) return kill("it does not read its control channel");
  arm(kStopTimeout);
  enter(stopping);
}

void WorkerSlot::kill(std::string why) {
  if (!has_process(state_) || state_ == killing) return;
  if (cause_.empty()) cause_ = std::move(why);
  process_->signal(SIGKILL);
  uv_timer_stop(timer_.get());
  enter(killing);
}

void WorkerSlot::reconfigure(std::uint64_t number, const std::string& order) {
  wanted_configuration_ = number;
  birth_.order = order;
  if (state_ != starting && state_ != running) return;
  if (!process_->reconfigure(number, order)) kill("it does not take the new configuration");
}

// ---- the life of a worker

void WorkerSlot::launch() {
  transition(starting);
  afterwards_ = Afterwards::policy;
  process_was_ready_ = clearing_ = false;
  ++starts_;
  policy_.started(Clock::now());
  auto process = WorkerProcess::start(loop_, birth_, epochs_.next(), epochs_.entrust(index()), *this);
  if (!process) {
    last_obituary_ = fmt::format("worker {} was not started: {}", index(), process.error().message);
    log::error("worker not started", {{"slot", index()}, {"reason", process.error().message}});
    epochs_.sweeper_died(index());
    return follow(next_by_policy(RestartPolicy::End::crash, Clock::now()));
  }
  process_ = std::move(*process);
  reconfigured_ = wanted_configuration_;
  arm(kReadyTimeout);
  log::info("worker started", {{"slot", index()}, {"pid", process_->pid()}});
}

void WorkerSlot::on_message(const ToSupervisor& message) {
  std::visit([this](const auto& body) { handle(body); }, message);
}

void WorkerSlot::handle(const Ready& ready) {
  if (state_ != starting) return;
  version_.assign(ready.version, ::strnlen(ready.version, sizeof ready.version));
  policy_.ready();
  was_ready_ = process_was_ready_ = true;
  load_.heard(Clock::now(), Counters());
  log::info("worker ready",
            {{"slot", index()}, {"pid", process_->pid()}, {"after_ms", process_->age(Clock::now()).count()}});
  arm(kHeartbeatTimeout);
  enter(running);
}

void WorkerSlot::handle(const EpochTaken& message) { epochs_.taken(message.epoch); }

void WorkerSlot::handle(const Swept& message) { owner_.swept(message.slot, message.epoch); }

void WorkerSlot::handle(const Reconfigured& message) {
  reconfigured_ = message.number;
  owner_.slot_changed(*this);
}

void WorkerSlot::handle(const Heartbeat& heartbeat) {
  heartbeat_ = heartbeat;
  load_.heard(Clock::now(), heartbeat.counters);
  if (state_ == running) arm(kHeartbeatTimeout);
}

// A worker that is on its way out closes its channel first, so that it gets a moment to end with its own exit code.
void WorkerSlot::on_channel_lost(const Error& error) {
  if (state_ != starting && state_ != running) return;
  complaint_ = error.message;
  arm(kAbortGrace);
  enter(aborting);
}

void WorkerSlot::on_timer() {
  switch (state_) {
    case starting: return kill("not ready after " + seconds_text(kReadyTimeout));
    case running: return abort_if_silent();
    case aborting: return kill(complaint_);
    case stopping: return kill("not stopped after " + seconds_text(kStopTimeout));
    case backing_off: return start();
    case stopped:
    case killing:
    case failed: return;
  }
}

void WorkerSlot::abort_if_silent() {
  const TimePoint deadline = deadline_;
  process_->receive();
  if (state_ != running || deadline_ != deadline) return;  // a heartbeat was waiting
  // When the supervisor itself was stopped (Ctrl-Z, a paused machine), so were the workers most likely.
  if (Clock::now() > deadline + kHeartbeatInterval) return arm(kHeartbeatTimeout);
  cause_ = "no heartbeat for " + seconds_text(kHeartbeatTimeout);
  process_->signal(SIGABRT);
  arm(kAbortGrace);
  enter(aborting);
}

// ---- its death

void WorkerSlot::reap() {
  if (process_ == nullptr) return;
  if (const auto wait_status = process_->collect()) ended(*wait_status);
}

void WorkerSlot::ended(int wait_status) {
  const TimePoint now = Clock::now();
  uv_timer_stop(timer_.get());
  epochs_.died();
  owner_.worker_died(index());
  const Next next = next_after(wait_status, now);
  bury(wait_status, now, next);
  follow(next);
  owner_.slot_changed(*this);
}

void WorkerSlot::hand_over_orphans() {
  epochs_.hand_over([this](std::uint64_t epoch) { return owner_.find_sweeper(index(), epoch); });
}

WorkerSlot::Next WorkerSlot::next_after(int wait_status, TimePoint now) {
  if (afterwards_ == Afterwards::stay_empty) return {stopped, {}, "stays stopped"};
  if (afterwards_ == Afterwards::successor) return {starting, {}, "is replaced"};
  if (gives_up_program()) return {backing_off, {}, "is replaced by one of the supervisor's version"};
  configuration_error_ = is_configuration_error(wait_status);
  return next_by_policy(configuration_error_ ? RestartPolicy::End::configuration_error : RestartPolicy::End::crash,
                        now);
}

// Of another version, and never ready: the supervisor's own is known to work.
bool WorkerSlot::gives_up_program() {
  if (birth_.executable == kOwnProgram || process_was_ready_) return false;
  birth_.executable = kOwnProgram;
  return true;
}

WorkerSlot::Next WorkerSlot::next_by_policy(RestartPolicy::End how, TimePoint now) {
  const double jitter = std::uniform_real_distribution<double>(0, 1)(random_);
  const RestartPolicy::Verdict verdict = policy_.ended(now, how, jitter);
  if (!verdict.restart) return {failed, {}, "given up until `restart " + std::to_string(index()) + "`"};
  return {verdict.delay == Milliseconds(0) ? starting : backing_off, verdict.delay, describe(verdict)};
}

void WorkerSlot::bury(int wait_status, TimePoint now, const Next& next) {
  const Obituary obituary = {.who = fmt::format("worker {}", index()),
                             .pid = process_->pid(),
                             .age = process_->age(now),
                             .wait_status = wait_status,
                             .cause = std::exchange(cause_, ""),
                             .next = next.words};
  last_obituary_ = obituary.text();
  const bool expected = afterwards_ != Afterwards::policy && wait_status == 0;
  log_obituary(expected ? log::Level::info : log::Level::warning, obituary);
  inherit_counters();
  process_.reset();
  version_.clear();
  heartbeat_.reset();
  load_.forget();
}

void WorkerSlot::inherit_counters() {
  add_counters(of_the_dead_, process_->counters().read());
  process_->counters().for_each_app(
      [this](std::uint64_t key, const AppCounters& counters) { add_counters(apps_of_the_dead_[key], counters); });
}

void WorkerSlot::follow(const Next& next) {
  if (next.state == starting) return launch();
  transition(next.state);
  if (next.state == backing_off) arm(next.delay);
}

// ---- state

void WorkerSlot::enter(ChildState state) {
  transition(state);
  owner_.slot_changed(*this);
}

void WorkerSlot::transition(ChildState to) {
  BELFRY_ASSERT(may_step(state_, to));
  const TimePoint now = Clock::now();
  log::debug("worker slot", {{"slot", index()},
                             {"from", name_of(state_)},
                             {"to", name_of(to)},
                             {"after_ms", std::chrono::duration_cast<Milliseconds>(now - entered_at_).count()}});
  state_ = to;
  entered_at_ = now;
  if (to == stopped || to == failed) uv_timer_stop(timer_.get());
}

void WorkerSlot::arm(Milliseconds delay) {
  deadline_ = Clock::now() + delay;
  uv_update_time(loop_);
  uv_timer_start(
      timer_.get(),
      [](uv_timer_t* timer) noexcept {
        if (timer->data != nullptr) static_cast<WorkerSlot*>(timer->data)->on_timer();
      },
      static_cast<std::uint64_t>(delay.count()), 0);
}

bool WorkerSlot::is_awake(TimePoint now) const {
  const TimePoint heard_at = deadline_ - kHeartbeatTimeout;  // while it runs
  return state_ == running && now < heard_at + kHeartbeatLate;
}

std::uint64_t WorkerSlot::clients() const { return process_ == nullptr ? 0 : process_->counters().read().clients; }

SlotLoad WorkerSlot::load(TimePoint now) const { return load_.at(now, is_awake(now) && !clearing_); }

void WorkerSlot::add_apps_to(AppCounterSums& sums) const {
  for (const auto& [key, counters] : apps_of_the_dead_) add_counters(sums[key], counters);
  if (process_ == nullptr) return;
  process_->counters().for_each_app([&](std::uint64_t key, const AppCounters& counters) {
    AppCounters& sum = sums[key];
    add_counters(sum, counters);
    sum.clients += counters.clients;
  });
}

WorkerStatus WorkerSlot::status(TimePoint now) const {
  WorkerStatus status;
  status.slot = index();
  status.state = name_of(state_);
  status.last_obituary = last_obituary_;
  status.version = version_;
  status.restarts = starts_ == 0 ? 0 : starts_ - 1;
  if (process_ != nullptr) {
    status.pid = process_->pid();
    status.age = process_->age(now);
    status.resident_bytes = process_->resident_bytes();
    status.totals = process_->counters().read();
  }
  add_counters(status.totals, of_the_dead_);
  if (heartbeat_) {
    status.counters = heartbeat_->counters;
    status.owner = heartbeat_->owner;
    status.sends_by_ring = heartbeat_->sends_by_ring;
    status.redis = heartbeat_->redis;
    status.redis_reason.assign(heartbeat_->redis_reason,
                               ::strnlen(heartbeat_->redis_reason, sizeof heartbeat_->redis_reason));
  }
  return status;
}

}  // namespace belfry::supervisor
