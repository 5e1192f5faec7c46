#include <algorithm>

#include "tools/bench/benches.hpp"
#include "tools/bench/common_report.hpp"

namespace belfry::bench {

Result<Report> run_churn(Run& run) {
  auto opening = run.open();
  if (!opening) return Unexpected(opening.error());
  const auto pss_at_begin = pss_bytes(run.server().server);
  auto window = run.measure();
  if (!window) return Unexpected(window.error());
  if (auto held = run.hold(1); !held) return Unexpected(held.error());  // for what is on its way
  const auto pss_at_end = pss_bytes(run.server().server);
  if (auto finished = run.finish(); !finished) return Unexpected(finished.error());

  Report report;
  report_plan(report, run, "churn");
  report_opening(report, run, *opening);
  report_losses(report, run);
  const std::uint64_t opens = window->end.opened - window->begin.opened;
  const std::uint64_t closes = window->end.closed - window->begin.closed;
  report.number("window_s", "measured for", window->seconds(), " s");
  report.number("churn.rate_asked", "opens per second asked for", run.plan().rate, "");
  report.count("churn.opened", "opened meanwhile", opens);
  report.count("churn.closed", "closed meanwhile", closes);
  report.number("churn.opened_per_s", "opens per second", window->per_second(&Sample::opened), "");
  report.latency("handshake_ms.established", "connect to established", run.board().merged(&ProcessBoard::established));
  report.latency("handshake_ms.subscribed", "connect to subscription_succeeded",
                 run.board().merged(&ProcessBoard::subscribed));
  report_cpu(report, *window, std::min(opens, closes), "open_and_close", "open and close");
  report.bytes("server.pss_bytes_at_begin", "server memory at the begin (PSS)", pss_at_begin);
  report.bytes("server.pss_bytes_at_end", "server memory at the end (PSS)", pss_at_end);
  report_end(report, run);
  return report;
}

}  // namespace belfry::bench
