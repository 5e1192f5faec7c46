// Sends the messages of a fan-out: in a closed loop as soon as fewer than `in_flight` are on their way, or in an open
// loop each at its time, whether the server keeps up or not. In one of the generator processes.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>

#include "tools/bench/flights.hpp"
#include "tools/bench/publish_protocol.hpp"
#include "tools/bench/publish_socket.hpp"
#include "tools/bench/stamp.hpp"
#include "tools/bench/task.hpp"

namespace belfry::bench {

class Publisher final : private PublishProtocol::Answers {
 public:
  explicit Publisher(const TaskContext& context);

  void connect();
  bool is_ready() const { return socket_ && protocol_->is_ready(); }
  void begin();
  void stop() { is_publishing_ = false; }

  void turn(std::uint64_t now_ns);
  std::uint64_t next_due_ns() const;
  void handle(std::uint32_t events);

 private:
  bool is_open_loop() const { return context_.plan.rate > 0; }
  std::uint64_t in_flight() const { return board_.sent.get() - flights_.landed(); }

  void publish_due(std::uint64_t now_ns);
  void publish_while_room(std::uint64_t now_ns);
  void give_up_if_stuck(std::uint64_t now_ns);
  void publish(std::uint64_t intended_ns);
  void flush();
  void end(std::string_view sentence);

  void on_published() override;
  void on_refused(std::string_view sentence) override;
  std::uint64_t take_oldest();

  TaskContext context_;
  ProcessBoard& board_;
  Flights flights_;
  std::unique_ptr<PublishProtocol> protocol_;
  std::optional<PublishSocket> socket_;
  StampedText text_;
  bool is_publishing_ = false;
  std::uint64_t interval_ns_ = 0;
  std::uint64_t next_ns_ = 0;  // of the next message that has a time
  std::uint64_t window_end_ns_ = 0;
  std::uint64_t last_landed_ = 0;
  std::uint64_t last_landed_ns_ = 0;
  std::deque<std::uint64_t> unanswered_;
};

}  // namespace belfry::bench
