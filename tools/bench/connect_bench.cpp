#include "tools/bench/benches.hpp"
#include "tools/bench/common_report.hpp"

namespace belfry::bench {

Result<Report> run_connect(Run& run) {
  const MemoryBefore before = MemoryBefore::now(run.server());
  auto opening = run.open();
  if (!opening) return Unexpected(opening.error());
  auto holding = run.hold(run.plan().seconds);
  if (!holding) return Unexpected(holding.error());

  Report report;
  report_plan(report, run, "connect");
  report_opening(report, run, *opening);
  report_cpu(report, *opening, opening->end.opened, "connection", "connection");
  report_memory(report, run, before);
  if (auto finished = run.finish(); !finished) return Unexpected(finished.error());
  report.latency("handshake_ms.established",
                 run.plan().speaks_pusher() ? "connect to connection_established" : "connect to upgraded",
                 run.board().merged(&ProcessBoard::established));
  report.latency("handshake_ms.subscribed", "connect to subscription_succeeded",
                 run.board().merged(&ProcessBoard::subscribed));
  if (run.plan().seconds > 0) report.number("hold.seconds", "held for", holding->seconds(), " s");
  if (run.plan().seconds > 0)
    report.number("hold.server_cpu_cores", "server CPU while held, cores", holding->cpu_share(&Sample::server_cpu_ns),
                  "");
  report_losses(report, run);
  report_end(report, run);
  return report;
}

}  // namespace belfry::bench
