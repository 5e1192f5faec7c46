// The epochs under which a slot's workers own rows in Redis: which is next, and which were left behind by workers that
// died (orphans) and still need somebody to sweep them. Pure; the messages are sent by the slot.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace belfry::supervisor {

class OwnerEpochs {
 public:
  std::uint64_t next() const { return last_ + 1; }

  void taken(std::uint64_t epoch) {
    current_ = epoch;
    last_ = std::max(last_, epoch);
  }

  // The orphan that the worker starting now sweeps before it says Ready; 0: none.
  std::uint64_t entrust() {
    if (orphans_.empty()) return 0;
    entrusted_ = orphans_.back();
    orphans_.pop_back();
    return entrusted_;
  }

  void ready() { entrusted_ = 0; }

  void died() {
    for (std::uint64_t* epoch : {&entrusted_, &current_})
      if (*epoch != 0) orphans_.push_back(std::exchange(*epoch, 0));
  }

  // Offers each orphan to `sweep`, which says whether somebody takes it.
  template <typename Sweep>
  void hand_over(Sweep sweep) {
    std::erase_if(orphans_, [&](std::uint64_t epoch) { return sweep(epoch); });
  }

 private:
  std::uint64_t last_ = 0;
  std::uint64_t current_ = 0;    // of the living worker; 0: it took none
  std::uint64_t entrusted_ = 0;  // being swept by the starting worker
  std::vector<std::uint64_t> orphans_;
};

}  // namespace belfry::supervisor
