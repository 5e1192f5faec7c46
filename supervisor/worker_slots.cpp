#include "supervisor/worker_slots.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "common/assert.hpp"
#include "common/log.hpp"
#include "supervisor/packet_lines.hpp"

namespace belfry::supervisor {

WorkerSlots::WorkerSlots(uv_loop_t* loop, std::vector<WorkerBirth> births, std::function<void()> changed)
    : changed_(std::move(changed)), rolling_restart_(loop, [this] { return clients(); }) {
  SlotOwner& owner = *this;
  for (WorkerBirth& birth : births) slots_.push_back(std::make_unique<WorkerSlot>(loop, std::move(birth), owner));
}

bool WorkerSlots::have_been_ready() const {
  return std::all_of(slots_.begin(), slots_.end(),
                     [](const auto& slot) { return slot->was_ready() || slot->state() == ChildState::failed; });
}

bool WorkerSlots::have_failed() const {
  return std::all_of(slots_.begin(), slots_.end(),
                     [](const auto& slot) { return slot->state() == ChildState::failed; });
}

bool WorkerSlots::failed_by_configuration() const {
  return std::all_of(slots_.begin(), slots_.end(), [](const auto& slot) { return slot->failed_by_configuration(); });
}

bool WorkerSlots::have_ended() const {
  return std::all_of(slots_.begin(), slots_.end(), [](const auto& slot) {
    return slot->state() == ChildState::stopped || slot->state() == ChildState::failed;
  });
}

void WorkerSlots::start() {
  for (const auto& slot : slots_) slot->start();
}

void WorkerSlots::drain() {
  draining_ = true;
  rolling_restart_.abort("the supervisor drains");
  for (const auto& slot : slots_) tell_to_leave(*slot);
}

void WorkerSlots::shed_everybody(Milliseconds over) {
  shed_by_ = Clock::now() + over;
  for (const auto& slot : slots_) tell_to_leave(*slot);
}

void WorkerSlots::tell_to_leave(WorkerSlot& slot) {
  if (draining_) slot.send(Drain{});
  if (!shed_by_) return;
  const auto left = std::max(std::chrono::duration_cast<Milliseconds>(*shed_by_ - Clock::now()), Milliseconds(0));
  slot.send(Shed{.clients = Shed::kEverybody, .over_ms = static_cast<std::uint64_t>(left.count()), .then_ends = true});
}

void WorkerSlots::stop() {
  rolling_restart_.abort("the supervisor stops");
  for (const auto& slot : slots_) slot->stop();
}

void WorkerSlots::kill() {
  for (const auto& slot : slots_) slot->kill("told to stop at once");
}

void WorkerSlots::reap() {
  for (const auto& slot : slots_) slot->reap();
}

bool WorkerSlots::have(pid_t pid) const {
  return std::ranges::any_of(slots_, [pid](const auto& slot) { return slot->has(pid); });
}

void WorkerSlots::restart(std::optional<std::uint32_t> only, RollingRestart::Done done) {
  std::deque<WorkerSlot*> chosen;
  for (const auto& slot : slots_)
    if (!only || slot->index() == *only) chosen.push_back(slot.get());
  restart(std::move(chosen), std::move(done));
}

void WorkerSlots::upgrade(const WorkerProgram& program, RollingRestart::Done done) {
  BELFRY_ASSERT(!is_restarting());  // its workers would be of either program
  use_program(program.path());
  std::deque<WorkerSlot*> chosen;
  for (const auto& slot : slots_)
    if (!slot->runs(program)) chosen.push_back(slot.get());
  restart(std::move(chosen), [this, &program, done = std::move(done)](RollingRestart::Outcome outcome) {
    const auto gone_back = [&](std::uint32_t slot) { return !slots_[slot]->is_born_of(program); };
    if (std::erase_if(outcome.restarted, gone_back) > 0 && outcome.obstacle.empty())
      outcome.obstacle = "a worker ended before it was ready, and its slot went back to the supervisor's version";
    if (!outcome.obstacle.empty()) use_program(kOwnProgram);
    done(outcome);
  });
}

void WorkerSlots::restart(std::deque<WorkerSlot*> slots, RollingRestart::Done done) {
  if (rolling_restart_.is_under_way()) return done({{}, "another restart is under way"});
  const auto runs = [](const auto& slot) { return slot->state() == ChildState::running; };
  rolling_restart_.begin(std::move(slots), std::ranges::count_if(slots_, runs) > 1, std::move(done));
}

void WorkerSlots::use_program(const std::string& path) {
  for (const auto& slot : slots_) slot->use_program(path);
}

void WorkerSlots::reconfigure(const std::string& order) {
  ++last_configuration_;
  for (const auto& slot : slots_) slot->reconfigure(last_configuration_, order);
}

std::vector<std::uint32_t> WorkerSlots::not_reconfigured() const {
  std::vector<std::uint32_t> slots;
  for (const auto& slot : slots_)
    if (!slot->is_reconfigured()) slots.push_back(slot->index());
  return slots;
}

Result<UniqueFd> WorkerSlots::tail(const BeginTail& order) {
  return tails_.begin(order, [this](const BeginTail& message, int packets) {
    for (const auto& slot : slots_) slot->send(message, packets);
  });
}

Result<std::pair<UniqueFd, std::vector<std::uint32_t>>> WorkerSlots::ask(const ToWorker& order, std::size_t most) {
  auto pair = make_packet_pair();
  if (!pair) return Unexpected(pair.error());
  std::vector<std::uint32_t> asked;
  for (WorkerSlot* slot : awake_first())
    if (asked.size() < most && slot->state() == ChildState::running && slot->send(order, pair->second.get()))
      asked.push_back(slot->index());
  return std::pair(std::move(pair->first), std::move(asked));
}

void WorkerSlots::tell_one(const ToWorker& order) {
  for (WorkerSlot* slot : awake_first())
    if (slot->has_redis() && slot->send(order)) return;
}

std::vector<WorkerSlot*> WorkerSlots::awake_first() const {
  std::vector<WorkerSlot*> slots;
  for (const auto& slot : slots_) slots.push_back(slot.get());
  std::ranges::stable_partition(slots, [now = Clock::now()](const WorkerSlot* slot) { return slot->is_awake(now); });
  return slots;
}

Result<void> WorkerSlots::inject(Fault fault, std::uint32_t slot) {
  if (slots_.at(slot)->send(InjectFault{fault})) return {};
  return Unexpected("worker " + std::to_string(slot) + " does not run");
}

void WorkerSlots::set_log_level(const std::optional<std::string>& level, const std::string& configured) {
  SetLogLevel order;
  level.value_or(configured).copy(order.level, sizeof order.level - 1);
  for (const auto& slot : slots_) slot->send(order);
  log_level_ = level ? std::optional(order) : std::nullopt;
}

std::uint64_t WorkerSlots::clients() const {
  std::uint64_t clients = 0;
  for (const auto& slot : slots_) clients += slot->clients();
  return clients;
}

std::vector<WorkerStatus> WorkerSlots::status(TimePoint now) const {
  std::vector<WorkerStatus> all;
  for (const auto& slot : slots_) all.push_back(slot->status(now));
  return all;
}

AppCounterSums WorkerSlots::app_counters() const {
  AppCounterSums sums;
  for (const auto& slot : slots_) slot->add_apps_to(sums);
  return sums;
}

std::vector<SlotLoad> WorkerSlots::loads(TimePoint now) const {
  std::vector<SlotLoad> all;
  for (const auto& slot : slots_) all.push_back(slot->load(now));
  return all;
}

std::optional<std::uint32_t> WorkerSlots::find_sweeper(std::uint32_t slot, std::uint64_t epoch) {
  for (const auto& sibling : slots_)
    if (sibling->state() == ChildState::running && sibling->send(SweepSibling{slot, epoch})) {
      log::info("sibling sweeps", {{"slot", slot}, {"epoch", epoch}, {"by", sibling->index()}});
      return sibling->index();
    }
  return std::nullopt;
}

void WorkerSlots::swept(std::uint32_t slot, std::uint64_t epoch) {
  if (slot < slots_.size()) slots_[slot]->swept(epoch);
}

void WorkerSlots::worker_died(std::uint32_t died) {
  for (const auto& slot : slots_) {
    slot->sweeper_died(died);
    slot->hand_over_orphans();
  }
}

void WorkerSlots::slot_changed(WorkerSlot& changed) {
  if (changed.state() == ChildState::starting) {  // it was just launched
    if (log_level_) changed.send(*log_level_);
    tails_.tell_new_worker([&](const BeginTail& order, int packets) { changed.send(order, packets); });
  }
  if (changed.state() == ChildState::running) tell_to_leave(changed);
  if (changed.state() == ChildState::running)
    for (const auto& slot : slots_) slot->hand_over_orphans();
  rolling_restart_.slot_changed(changed);
  changed_();
}

}  // namespace belfry::supervisor
