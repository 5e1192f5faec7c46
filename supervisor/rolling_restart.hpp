// Replaces workers one after the other: the next only when the successor of the previous one is running. Steered by the
// states of the slots; every step has its deadline in the slot, so that a rolling restart always comes to an end.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "common/result.hpp"
#include "supervisor/worker_slot.hpp"

namespace belfry::supervisor {

class RollingRestart {
 public:
  using Done = std::function<void(Result<std::vector<std::uint32_t>>)>;  // the slots that have a new worker

  bool is_under_way() const { return current_ != nullptr; }
  void begin(std::deque<WorkerSlot*> slots, Done done);
  void slot_changed(const WorkerSlot& slot);
  void abort(std::string why);

 private:
  void advance();
  void finish(Result<std::vector<std::uint32_t>> result);

  std::deque<WorkerSlot*> waiting_;
  WorkerSlot* current_ = nullptr;
  std::vector<std::uint32_t> restarted_;
  Done done_;
};

}  // namespace belfry::supervisor
