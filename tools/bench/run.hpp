// A run as its parent process sees it: takes the generator processes from phase to phase, waits for what each phase is
// to bring, and takes samples of the counts and of CPU times on the way. An interrupt ends a phase early; what was
// measured until then counts.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/result.hpp"
#include "tools/bench/board.hpp"
#include "tools/bench/plan.hpp"
#include "tools/bench/process_group.hpp"
#include "tools/bench/progress.hpp"
#include "tools/bench/sample.hpp"
#include "tools/bench/server_probe.hpp"
#include "tools/commands/interrupt_signals.hpp"

namespace belfry::bench {

class Run {
 public:
  // All live longer.
  Run(const Plan& plan, const ServerProcesses& server, const tools::InterruptSignals& interrupts, bool quiet);

  // Each returns when it is done, or was interrupted. The Error: there is nothing to go on with.
  Result<Span> open();
  Result<Span> measure();             // between warm-up and end
  Result<Span> hold(double seconds);  // without a task
  // Until as many have come as are owed, or no more do.
  Result<void> drain(const std::function<std::uint64_t(const Board& board)>& deliveries_owed);
  Result<void> finish();  // then the board is complete

  const Plan& plan() const { return plan_; }
  const ServerProcesses& server() const { return server_; }
  const Board& board() const { return board_; }
  bool was_interrupted() const { return was_interrupted_; }
  Sample sample() const;

 private:
  // Until `is_done`, an interrupt or the deadline.
  Result<void> wait(std::uint64_t deadline_ns, const std::function<bool()>& is_done, const char* doing);
  void doze(std::uint64_t deadline_ns);
  void show(const char* doing);
  bool is_opened() const;
  bool has_drained() const;
  Error nothing_opened() const;
  Result<void> check_publisher() const;

  const Plan& plan_;
  const ServerProcesses& server_;
  const tools::InterruptSignals& interrupts_;
  Board board_;
  ProcessGroup group_;
  Progress progress_;
  Sample last_shown_;
  bool was_interrupted_ = false;
};

}  // namespace belfry::bench
