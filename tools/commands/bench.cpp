#include "tools/commands/bench.hpp"

#include <fmt/format.h>

#include <csignal>
#include <memory>

#include "tools/bench/benches.hpp"
#include "tools/commands/bench_arguments.hpp"
#include "tools/commands/bench_order.hpp"
#include "tools/commands/failure.hpp"
#include "tools/commands/interrupt_signals.hpp"
#include "tools/commands/websocket_arguments.hpp"

namespace belfry::tools {
namespace {

struct BenchRow {
  bench::Bench bench;
  const char* name;
  const char* help;
  Result<bench::Report> (*run)(bench::Run& run);
};

constexpr BenchRow kBenches[] = {
    {bench::Bench::connect, "connect", "Open connections and hold them: rate, handshakes, memory and CPU of each",
     bench::run_connect},
    {bench::Bench::fanout, "fanout", "Publish to subscribers: deliveries a second, latency, losses, CPU of each",
     bench::run_fanout},
    {bench::Bench::ping, "ping", "Round trips of pings on open connections", bench::run_ping},
    {bench::Bench::churn, "churn", "Open and close connections all the time while others stay", bench::run_churn},
};

ExitCode run_bench(const BenchRow& row, const BenchArguments& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  BenchOrder order;
  if (const ExitCode code = make_bench_order(arguments, order); code != ExitCode::ok) return code;
  const InterruptSignals interrupts;
  Result<bench::Report> report = [&] {
    bench::Run run(order.plan, order.server, interrupts, arguments.quiet);
    return row.run(run);
  }();
  interrupts.take();
  if (!report) return fail(exit_code_of(report.error()), "bench: " + report.error().message);
  fmt::print("{}", arguments.json ? report->json().dump(2) + "\n" : report->lines());
  return ExitCode::ok;
}

}  // namespace

void add_bench_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("bench", "Load a server of this machine, and say what it measured");
  command->require_subcommand(1);
  for (const BenchRow& row : kBenches) {
    auto* subcommand = command->add_subcommand(row.name, row.help);
    auto arguments = add_bench_arguments(*subcommand, row.bench);
    subcommand->callback([&row, arguments, &exit_code] { exit_code = run_bench(row, *arguments); });
  }
}

}  // namespace belfry::tools
