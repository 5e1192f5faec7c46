// The benches from beginning to end, each with what it reports. The Error is the sentence for the user.
#pragma once

#include "common/result.hpp"
#include "tools/bench/report.hpp"
#include "tools/bench/run.hpp"

namespace belfry::bench {

Result<Report> run_connect(Run& run);
Result<Report> run_fanout(Run& run);
Result<Report> run_ping(Run& run);
Result<Report> run_churn(Run& run);

}  // namespace belfry::bench
