#include "tools/bench/common_report.hpp"

#include <fmt/format.h>

#include "tools/bench/monotonic.hpp"

namespace belfry::bench {
namespace {

std::optional<std::uint64_t> growth(std::optional<std::uint64_t> before, std::optional<std::uint64_t> after) {
  if (!before || !after || *after < *before) return std::nullopt;
  return *after - *before;
}

std::optional<std::uint64_t> per(std::optional<std::uint64_t> total, std::uint64_t count) {
  return total && count > 0 ? std::optional(*total / count) : std::nullopt;
}

}  // namespace

MemoryBefore MemoryBefore::now(const ServerProcesses& server) {
  return {pss_bytes(server.server), anonymous_pss_bytes(server.server), kernel_bytes()};
}

void report_plan(Report& report, const Run& run, std::string_view bench) {
  const Plan& plan = run.plan();
  const std::string url = plan.target.url.to_string();
  report.text("bench", "", bench);
  report.text("url", "", url);
  report.text("protocol", "", plan.speaks_pusher() ? "pusher" : "raw");
  report.count("processes", "", plan.processes);
  report.heading(fmt::format("belfry bench {}: {}", bench, url));
}

void report_opening(Report& report, const Run& run, const Span& opening) {
  const Board& board = run.board();
  std::uint64_t last = 0;
  for (const ProcessBoard& process : board.processes) last = std::max(last, process.last_opened_ns.load());
  report.count("connections.asked", "connections asked for", run.plan().connections);
  report.count("connections.opened", "opened", opening.end.opened);
  report.count("connections.failed", "", board.sum_of_failures());
  for (std::size_t i = 0; i < kFailureNames.size(); ++i) {
    std::uint64_t count = 0;
    for (const ProcessBoard& process : board.processes) count += process.failures[i].get();
    if (count == 0) continue;
    const std::string name(kFailureNames[i]);
    report.count("connections.failures." + name, "failed (" + name + ")", count);
  }
  report.text("connections.first_failure", "first failure", board.first_of(&ProcessBoard::first_failure));
  if (last <= opening.begin.at_ns) return;
  const double seconds = seconds_of(last - opening.begin.at_ns);
  report.number("connections.opening_s", "", seconds, "");
  report.number("connections.opened_per_s", "opened per second", static_cast<double>(opening.end.opened) / seconds, "");
}

void report_memory(Report& report, const Run& run, const MemoryBefore& before) {
  const Sample now = run.sample();
  const std::uint64_t open = now.opened - now.closed - run.board().sum(&ProcessBoard::lost);
  report.bytes("server.pss_bytes_before", "server memory before (PSS)", before.server_pss);
  report.bytes("server.pss_bytes", "server memory now (PSS)", pss_bytes(run.server().server));
  const auto grown = growth(before.server_anonymous, anonymous_pss_bytes(run.server().server));
  report.bytes("server.pss_bytes_per_connection", "server memory per connection (growth of PSS but for files)",
               per(grown, open));
  // Both ends of each connection are on this machine, and they are alike to the kernel.
  const auto kernel = growth(before.kernel, kernel_bytes());
  report.bytes("kernel_bytes_per_connection",
               "kernel memory per connection (half of the growth of Slab and PageTables)",
               run.plan().target.address.is_loopback() ? per(kernel, 2 * open) : std::nullopt);
}

void report_losses(Report& report, const Run& run) {
  report.count("connections.lost", "connections lost", run.board().sum(&ProcessBoard::lost));
  report.text("connections.first_loss", "first loss", run.board().first_of(&ProcessBoard::first_loss));
}

void report_cpu(Report& report, const Span& span, std::uint64_t count, std::string_view path_end,
                std::string_view of_what) {
  const auto add = [&](const char* whose, const char* name, std::optional<std::uint64_t> Sample::*cpu) {
    report.number(fmt::format("{}.cpu_us_per_{}", name, path_end), fmt::format("{} CPU per {}", whose, of_what),
                  span.cpu_us_per(cpu, count), " us");
    report.number(fmt::format("{}.cpu_cores", name), "", span.cpu_share(cpu), "");
  };
  add("server", "server", &Sample::server_cpu_ns);
  add("its Redis'", "redis", &Sample::redis_cpu_ns);
  add("generator", "generator", &Sample::generator_cpu_ns);
}

void report_end(Report& report, const Run& run) { report.flag("interrupted", "interrupted", run.was_interrupted()); }

}  // namespace belfry::bench
