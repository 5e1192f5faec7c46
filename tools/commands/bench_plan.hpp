// From the command line of a bench to its plan, as far as that goes without asking anybody: all but the target.
#pragma once

#include "common/result.hpp"
#include "tools/bench/plan.hpp"
#include "tools/commands/bench_arguments.hpp"

namespace belfry::tools {

// The Error is the user's mistake.
Result<bench::Plan> make_bench_plan(const BenchArguments& arguments);

}  // namespace belfry::tools
