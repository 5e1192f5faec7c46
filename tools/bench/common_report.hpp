// The parts that the reports of several benches have.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tools/bench/report.hpp"
#include "tools/bench/run.hpp"

namespace belfry::bench {

// What the machine's memory was before the first connection.
struct MemoryBefore {
  std::optional<std::uint64_t> server_pss;
  std::optional<std::uint64_t> server_anonymous;
  std::optional<std::uint64_t> kernel;

  static MemoryBefore now(const ServerProcesses& server);
};

void report_plan(Report& report, const Run& run, std::string_view bench);
void report_opening(Report& report, const Run& run, const Span& opening);
// User memory of the server and kernel memory, per connection that is open now.
void report_memory(Report& report, const Run& run, const MemoryBefore& before);
void report_losses(Report& report, const Run& run);
// "server CPU per delivery" of the server, its Redis and the generator.
void report_cpu(Report& report, const Span& span, std::uint64_t count, std::string_view path_end,
                std::string_view of_what);
void report_end(Report& report, const Run& run);

}  // namespace belfry::bench
