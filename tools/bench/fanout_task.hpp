// Receives the messages of a fan-out, in the process that also publishes them or in another: checks each delivery,
// measures it from the time at which the message was to be sent, and says when a message has reached all.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/bench/delivery_check.hpp"
#include "tools/bench/flights.hpp"
#include "tools/bench/publisher.hpp"
#include "tools/bench/stamp.hpp"
#include "tools/bench/task.hpp"

namespace belfry::bench {

class FanoutTask final : public Task {
 public:
  explicit FanoutTask(const TaskContext& context);

  void prepare() override;
  bool is_ready() const override { return !publisher_ || publisher_->is_ready(); }
  void begin() override;
  void turn(std::uint64_t now_ns) override;
  std::uint64_t next_due_ns() const override { return publisher_ ? publisher_->next_due_ns() : kNever; }
  void drain() override;
  void finish() override;

  void handle(std::uint32_t events) override;
  void on_open(std::uint32_t i) override;
  void on_message(std::uint32_t i, std::string_view message) override;
  void on_lost(std::uint32_t i) override;

 private:
  bool is_stalled(std::uint32_t i) const;
  void count(DeliveryCheck::Verdict verdict);
  void land(std::uint64_t number);

  ProcessBoard& board_;
  DeliveryCheck check_;
  StampFinder finder_;
  Flights flights_;
  LocalArrivals arrivals_;
  std::vector<std::uint32_t> subscribers_;  // here, by channel
  std::vector<bool> took_part_;             // by connection: it was open at some time
  std::uint64_t window_begin_ns_ = 0;
  std::uint64_t window_end_ns_ = 0;
  bool has_landed_ = false;  // in this turn, and the publisher is in another process
  std::optional<Publisher> publisher_;
};

}  // namespace belfry::bench
