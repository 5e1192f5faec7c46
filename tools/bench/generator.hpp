// A generator process: its share of the connections, its task, and the loop around both. Runs from the phase "open" to
// the end of "finish", and tells what it sees on its board.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "tools/bench/board.hpp"
#include "tools/bench/plan.hpp"
#include "tools/bench/poller.hpp"
#include "tools/bench/swarm.hpp"
#include "tools/bench/swarm_listener.hpp"
#include "tools/bench/task.hpp"
#include "tools/bench/wakes.hpp"

namespace belfry::bench {

class Generator final : private SwarmListener {
 public:
  Generator(const Plan& plan, std::uint32_t process, Board& board, const Wakes& wakes);

  void run();

 private:
  void on_established(std::uint32_t i, std::uint64_t elapsed_ns) override;
  void on_open(std::uint32_t i, std::uint64_t elapsed_ns) override;
  void on_failed(std::uint32_t i, Failure failure, std::string_view sentence) override;
  void on_message(std::uint32_t i, std::string_view message) override { task_->on_message(i, message); }
  void on_pong(std::uint32_t i) override { task_->on_pong(i); }
  void on_lost(std::uint32_t i, std::string_view sentence) override;
  void on_closed(std::uint32_t i) override;

  void follow_phase();
  void open_more();
  void turn();
  void dispatch(const epoll_event& event);
  void settle_one();

  const Plan& plan_;
  std::uint32_t process_;
  Board& board_;
  ProcessBoard& own_;
  const Wakes& wakes_;
  Poller poller_;
  Swarm swarm_;
  std::unique_ptr<Task> task_;
  Phase phase_ = Phase::idle;
  std::uint32_t share_;
  std::uint32_t begun_ = 0;  // connections of the share
  std::uint64_t next_sweep_ns_;
};

}  // namespace belfry::bench
