#include "tools/bench/fanout_task.hpp"

#include <span>

namespace belfry::bench {
namespace {

constexpr std::uint32_t kPublisherProcess = 0;

}  // namespace

FanoutTask::FanoutTask(const TaskContext& context)
    : Task(context),
      board_(context.own_board()),
      check_(context.plan.channels.size()),
      flights_(context.board.the_run()),
      subscribers_(context.plan.channels.size()),
      took_part_(context.swarm.capacity()) {
  for (std::uint32_t i = 0; i < context.swarm.capacity(); ++i) check_.add_subscriber(context.swarm.channel_index(i));
  if (context.process == kPublisherProcess) publisher_.emplace(context);
}

void FanoutTask::prepare() {
  if (publisher_) publisher_->connect();
}

void FanoutTask::begin() {
  const RunBoard& run = context_.board.the_run();
  window_begin_ns_ = run.window_begin_ns.load();
  window_end_ns_ = run.window_end_ns.load();
  if (publisher_) publisher_->begin();
}

void FanoutTask::turn(std::uint64_t now_ns) {
  if (publisher_) publisher_->turn(now_ns);
  else if (std::exchange(has_landed_, false)) context_.wakes.wake(kPublisherProcess);
}

void FanoutTask::drain() {
  if (publisher_) publisher_->stop();
}

void FanoutTask::handle(std::uint32_t events) {
  if (publisher_) publisher_->handle(events);
}

bool FanoutTask::is_stalled(std::uint32_t i) const {
  return i < context_.plan.share_of(context_.process, context_.plan.stalled);
}

void FanoutTask::on_open(std::uint32_t i) {
  if (is_stalled(i)) return context_.swarm.stall(i);
  const std::size_t channel = context_.swarm.channel_index(i);
  took_part_[i] = true;
  context_.board.channels[channel].subscribers.fetch_add(1);
  if (subscribers_[channel]++ == 0) context_.board.channels[channel].processes.fetch_add(1);
}

void FanoutTask::on_lost(std::uint32_t i) {
  if (is_stalled(i)) return;
  const std::size_t channel = context_.swarm.channel_index(i);
  if (--subscribers_[channel] == 0) context_.board.channels[channel].processes.fetch_sub(1);
}

void FanoutTask::on_message(std::uint32_t i, std::string_view message) {
  const auto stamp = finder_.find(message);
  if (!stamp || stamp->run != context_.plan.run || is_stalled(i)) return;
  board_.deliveries.add(1);
  const auto verdict = check_.take(i, stamp->number);
  count(verdict);
  if (verdict == DeliveryCheck::Verdict::duplicate || verdict == DeliveryCheck::Verdict::stray) return;
  if (stamp->intended_ns >= window_begin_ns_ && stamp->intended_ns < window_end_ns_)
    board_.latency.record(context_.swarm.heard_ns() - stamp->intended_ns);
  land(stamp->number);
}

void FanoutTask::count(DeliveryCheck::Verdict verdict) {
  switch (verdict) {
    case DeliveryCheck::Verdict::in_order: return;
    case DeliveryCheck::Verdict::late: return board_.in_order_breaks.add(1);
    case DeliveryCheck::Verdict::duplicate: return board_.duplicates.add(1);
    case DeliveryCheck::Verdict::stray: return board_.strays.add(1);
  }
}

void FanoutTask::land(std::uint64_t number) {
  if (context_.plan.rate > 0) return;
  const std::uint32_t subscribers = subscribers_[number % subscribers_.size()];
  if (arrivals_.arrive(number, subscribers) && flights_.land_part(number)) has_landed_ = true;
}

void FanoutTask::finish() {
  std::uint64_t sent = 0, refused = 0;
  for (const ProcessBoard& process : context_.board.processes) {
    sent += process.sent.get();
    refused += process.refused.get();
  }
  const auto numbers = std::span(context_.board.the_run().refused).first(refused);
  for (std::uint32_t i = 0; i < took_part_.size(); ++i)
    if (took_part_[i]) board_.missing += check_.missing(i, sent, numbers);
}

}  // namespace belfry::bench
