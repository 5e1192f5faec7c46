// Round trips of pings on some of the connections, each at its times. A ping whose turn comes while the one before is
// unanswered counts from then all the same, so that a slow server does not hide its own slowness.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "tools/bench/task.hpp"

namespace belfry::bench {

class PingTask final : public Task {
 public:
  explicit PingTask(const TaskContext& context);

  void begin() override;
  void turn(std::uint64_t now_ns) override;
  std::uint64_t next_due_ns() const override { return due_.empty() ? kNever : due_.top().first; }
  void drain() override { due_ = {}; }

  void on_pong(std::uint32_t i) override;
  void on_gone(std::uint32_t i) override;

 private:
  static constexpr std::uint64_t kIdle = 0;

  using Due = std::pair<std::uint64_t, std::uint32_t>;  // when, and which connection

  ProcessBoard& board_;
  std::uint64_t interval_ns_;
  std::uint64_t window_begin_ns_ = 0;
  std::uint64_t window_end_ns_ = 0;
  std::vector<std::uint64_t> awaited_;  // by connection: when the ping that is under way was to be sent; kIdle: none is
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

}  // namespace belfry::bench
