// The epochs under which a slot's workers own rows in Redis: which is next, and which were left behind by workers that
// died (orphans). An orphan is kept until a worker reports it swept: one that dies before hands its orphans back. Pure;
// the messages are sent by the slot.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace belfry::supervisor {

class OwnerEpochs {
 public:
  // Without Redis nothing is ever swept, and crashes go on: beyond this, the oldest is left to the worker, on whatever
  // node, that notices that its lease has run out.
  static constexpr std::size_t kMaxOrphans = 64;

  std::uint64_t next() const { return last_ + 1; }

  void taken(std::uint64_t epoch) {
    current_ = epoch;
    last_ = std::max(last_, epoch);
  }

  // The slot's worker is dead.
  void died() {
    if (current_ == 0) return;
    if (orphans_.size() == kMaxOrphans) orphans_.pop_front();
    orphans_.push_back({.epoch = std::exchange(current_, 0), .sweeper = std::nullopt});
  }

  // The newest orphan that nobody sweeps, for the worker of `slot`, which starts now; 0: none.
  std::uint64_t entrust(std::uint32_t slot) {
    for (auto orphan = orphans_.rbegin(); orphan != orphans_.rend(); ++orphan)
      if (!orphan->sweeper) return orphan->sweeper = slot, orphan->epoch;
    return 0;
  }

  // Offers each orphan that nobody sweeps to `find_sweeper`, which returns the slot whose worker has taken it, if any.
  template <typename FindSweeper>
  void hand_over(FindSweeper find_sweeper) {
    for (Orphan& orphan : orphans_)
      if (!orphan.sweeper) orphan.sweeper = find_sweeper(orphan.epoch);
  }

  // The worker of `slot` is dead: what it was to sweep, nobody sweeps.
  void sweeper_died(std::uint32_t slot) {
    for (Orphan& orphan : orphans_)
      if (orphan.sweeper == slot) orphan.sweeper.reset();
  }

  // Of the slot's own, living worker: it leaves nothing behind that a sibling is to sweep.
  void swept(std::uint64_t epoch) {
    if (epoch == current_) current_ = 0;
    std::erase_if(orphans_, [epoch](const Orphan& orphan) { return orphan.epoch == epoch; });
  }

 private:
  struct Orphan {
    std::uint64_t epoch = 0;
    std::optional<std::uint32_t> sweeper;  // the slot whose worker was told
  };

  std::uint64_t last_ = 0;
  std::uint64_t current_ = 0;   // of the living worker; 0: it took none
  std::deque<Orphan> orphans_;  // the oldest first
};

}  // namespace belfry::supervisor
