// The generator processes of a run: forked, watched, and ended. They die with this process.
#pragma once

#include <sys/types.h>

#include <vector>

#include "common/result.hpp"
#include "tools/bench/board.hpp"
#include "tools/bench/plan.hpp"
#include "tools/bench/wakes.hpp"

namespace belfry::bench {

class ProcessGroup {
 public:
  // Plan and board live longer.
  ProcessGroup(const Plan& plan, Board& board);
  ~ProcessGroup();  // whoever has not finished is killed
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  Result<void> start();
  void enter(Phase phase);
  // An Error if one has ended that was not to end.
  Result<void> check();
  // After the phase "finish".
  Result<void> join();

  const std::vector<pid_t>& pids() const { return pids_; }

 private:
  [[noreturn]] void run_child(std::uint32_t process);

  const Plan& plan_;
  Board& board_;
  Wakes wakes_;
  std::vector<pid_t> pids_;  // those that were not waited for
};

}  // namespace belfry::bench
