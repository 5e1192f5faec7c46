// What a generator process does with its open connections, which is where the benches differ. This one holds them.
// Lives in the process, within the Generator, whose poller and swarm it uses.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "tools/bench/board.hpp"
#include "tools/bench/plan.hpp"
#include "tools/bench/poller.hpp"
#include "tools/bench/swarm.hpp"
#include "tools/bench/wakes.hpp"

namespace belfry::bench {

inline constexpr std::uint64_t kNever = UINT64_MAX;
inline constexpr std::uint64_t kTaskTag = std::uint64_t{1} << 40;  // of events that are a task's own

struct TaskContext {
  const Plan& plan;
  std::uint32_t process;
  Board& board;
  const Wakes& wakes;
  Poller& poller;
  Swarm& swarm;

  ProcessBoard& own_board() const { return board.processes[process]; }
};

class Task {
 public:
  explicit Task(const TaskContext& context) : context_(context) {}
  virtual ~Task() = default;

  virtual void prepare() {}                                     // before the first connection
  virtual bool is_ready() const { return true; }                // to measure, once the connections are there
  virtual void begin() {}                                       // the phase "measure"
  virtual void turn(std::uint64_t /*now_ns*/) {}                // after each batch of events
  virtual std::uint64_t next_due_ns() const { return kNever; }  // when turn() must come at the latest
  virtual void drain() {}                                       // the phase "drain": begin nothing new
  virtual void finish() {}                                      // the last figures

  virtual void handle(std::uint32_t /*events*/) {}  // of kTaskTag
  virtual void on_open(std::uint32_t /*i*/) {}
  virtual void on_message(std::uint32_t /*i*/, std::string_view /*message*/) {}
  virtual void on_pong(std::uint32_t /*i*/) {}
  virtual void on_lost(std::uint32_t /*i*/) {}  // it was open
  virtual void on_gone(std::uint32_t /*i*/) {}  // lost, closed or failed: it may be opened again

 protected:
  TaskContext context_;
};

std::unique_ptr<Task> make_task(const TaskContext& context);

}  // namespace belfry::bench
