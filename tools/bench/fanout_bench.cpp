#include <fmt/format.h>

#include <string_view>

#include "tools/bench/benches.hpp"
#include "tools/bench/common_report.hpp"

namespace belfry::bench {
namespace {

std::string_view name_of(Via via) {
  switch (via) {
    case Via::api: return "api";
    case Via::ws: return "ws";
    case Via::redis: return "redis";
  }
  return "";
}

// What the messages that were published should have brought: each to all who had subscribed to its channel.
std::uint64_t deliveries_owed(const Board& board) {
  const std::uint64_t sent = board.sum(&ProcessBoard::sent), channels = board.channels.count();
  std::uint64_t owed = 0;
  for (std::uint64_t c = 0; c < channels; ++c)
    owed += board.channels[c].subscribers.load() * (sent / channels + (c < sent % channels ? 1 : 0));
  const std::uint64_t refused = board.sum(&ProcessBoard::refused);
  for (std::uint64_t i = 0; i < refused; ++i)
    owed -= board.channels[board.run[0].refused[i] % channels].subscribers.load();
  return owed;
}

void report_messages(Report& report, const Run& run) {
  const Board& board = run.board();
  const Plan& plan = run.plan();
  report.text("via", "published via", name_of(plan.via));
  report.count("channels", "channels", plan.channels.size());
  if (plan.rate > 0) report.number("rate_asked", "messages per second asked for", plan.rate, "");
  else report.count("in_flight", "messages in flight", plan.in_flight);
  if (plan.stalled > 0) report.count("stalled", "subscribers that read nothing", plan.stalled);
  report.count("size", "bytes of data in a message", plan.size);
  report.count("messages.sent", "messages sent, with the warm-up", board.sum(&ProcessBoard::sent));
  report.count("messages.refused", "of which refused by the server", board.sum(&ProcessBoard::refused));
  report.text("messages.first_refusal", "first refusal", board.first_of(&ProcessBoard::first_refusal));
  if (const auto given_up = board.sum(&ProcessBoard::given_up); given_up > 0)
    report.count("messages.given_up", "not waited for any longer than 5 s", given_up);
}

void report_deliveries(Report& report, const Run& run, const Span& window, std::uint64_t owed) {
  const Board& board = run.board();
  std::uint64_t missing = 0;
  for (const ProcessBoard& process : board.processes) missing += process.missing;
  report.count("deliveries.expected", "deliveries expected", owed);
  report.count("deliveries.received", "received", board.sum(&ProcessBoard::deliveries));
  report.count("deliveries.lost", "lost", missing);
  report.count("deliveries.duplicate", "duplicate", board.sum(&ProcessBoard::duplicates));
  report.count("deliveries.out_of_order", "out of order", board.sum(&ProcessBoard::in_order_breaks));
  report.count("deliveries.stray", "on another channel", board.sum(&ProcessBoard::strays));
  report.number("window_s", "measured for", window.seconds(), " s");
  report.number("deliveries.per_s", "deliveries per second", window.per_second(&Sample::deliveries), "");
  report.latency("latency_ms", run.plan().rate > 0 ? "latency, from when it was to be sent" : "latency",
                 board.merged(&ProcessBoard::latency));
}

}  // namespace

Result<Report> run_fanout(Run& run) {
  auto opening = run.open();
  if (!opening) return Unexpected(opening.error());
  auto window = run.measure();
  if (!window) return Unexpected(window.error());
  if (auto drained = run.drain(deliveries_owed); !drained) return Unexpected(drained.error());
  if (auto finished = run.finish(); !finished) return Unexpected(finished.error());

  Report report;
  report_plan(report, run, "fanout");
  report_opening(report, run, *opening);
  report_losses(report, run);
  report_messages(report, run);
  report_deliveries(report, run, *window, deliveries_owed(run.board()));
  report_cpu(report, *window, window->end.deliveries - window->begin.deliveries, "delivery", "delivery");
  report_end(report, run);
  return report;
}

}  // namespace belfry::bench
