#include "tools/bench/benches.hpp"
#include "tools/bench/common_report.hpp"

namespace belfry::bench {

Result<Report> run_ping(Run& run) {
  auto opening = run.open();
  if (!opening) return Unexpected(opening.error());
  auto window = run.measure();
  if (!window) return Unexpected(window.error());
  if (auto held = run.hold(1); !held) return Unexpected(held.error());  // for the last pongs
  if (auto finished = run.finish(); !finished) return Unexpected(finished.error());

  Report report;
  report_plan(report, run, "ping");
  report_opening(report, run, *opening);
  report_losses(report, run);
  report.count("pings.connections", "connections that ping", run.plan().pingers);
  report.count("pings.sent", "pings", run.board().sum(&ProcessBoard::sent));
  report.count("pings.answered", "answered", run.board().sum(&ProcessBoard::pongs));
  report.number("window_s", "measured for", window->seconds(), " s");
  report.latency("round_trip_ms", "round trip", run.board().merged(&ProcessBoard::latency));
  report_cpu(report, *window, window->end.pongs - window->begin.pongs, "ping", "ping");
  report_end(report, run);
  return report;
}

}  // namespace belfry::bench
