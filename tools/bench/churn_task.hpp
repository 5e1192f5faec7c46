// Opens connections at a rate and closes as many, the oldest first, while the others stay.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "tools/bench/task.hpp"

namespace belfry::bench {

// Places for connections that are on their way in or out while the plan's are held.
std::uint32_t spare_connections(const Plan& plan);

class ChurnTask final : public Task {
 public:
  explicit ChurnTask(const TaskContext& context);

  void begin() override;
  void turn(std::uint64_t now_ns) override;
  std::uint64_t next_due_ns() const override;
  void drain() override { is_running_ = false; }

  void on_open(std::uint32_t i) override;
  void on_lost(std::uint32_t i) override;
  void on_gone(std::uint32_t i) override;

 private:
  void open_due(std::uint64_t now_ns);
  void close_surplus();

  std::uint32_t held_;
  std::uint64_t interval_ns_ = 0;
  std::uint64_t next_ns_ = 0;
  bool is_running_ = false;
  std::uint32_t open_ = 0;
  std::deque<std::uint32_t> oldest_;  // open ones, and some that were lost since
  std::vector<std::uint32_t> free_;
};

}  // namespace belfry::bench
