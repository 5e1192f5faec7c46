// From the command line of a bench to what is done: the target and who signs, the plan, and whose CPU time and memory
// are measured. Asks the local node where it is named, or where no URL is.
#pragma once

#include "common/exit_code.hpp"
#include "tools/bench/plan.hpp"
#include "tools/bench/server_probe.hpp"
#include "tools/commands/bench_arguments.hpp"

namespace belfry::tools {

struct BenchOrder {
  bench::Plan plan;
  bench::ServerProcesses server;
};

// Anything but ok: why there is none was said on stderr.
ExitCode make_bench_order(const BenchArguments& arguments, BenchOrder& order);

}  // namespace belfry::tools
