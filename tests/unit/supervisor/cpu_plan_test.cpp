#include "supervisor/cpu_plan.hpp"

#include <doctest/doctest.h>

namespace belfry::supervisor {
namespace {

TEST_CASE("as many workers as CPUs have one each") { CHECK(plan_cpus({0, 1, 5}, 3) == CpuPlan{{0}, {1}, {5}}); }

TEST_CASE("fewer workers than CPUs have neighbours, and each CPU is somebody's") {
  CHECK(plan_cpus({0, 1, 2, 3}, 2) == CpuPlan{{0, 1}, {2, 3}});
  CHECK(plan_cpus({0, 1, 2, 3, 4}, 2) == CpuPlan{{0, 1, 2}, {3, 4}});
}

TEST_CASE("more workers than CPUs share them evenly") {
  CHECK(plan_cpus({2, 3}, 4) == CpuPlan{{2}, {2}, {3}, {3}});
  CHECK(plan_cpus({2, 3}, 5) == CpuPlan{{2}, {2}, {2}, {3}, {3}});
  CHECK(plan_cpus({7}, 2) == CpuPlan{{7}, {7}});
}

TEST_CASE("without CPUs nobody is pinned") { CHECK(plan_cpus({}, 2) == CpuPlan{{}, {}}); }

TEST_CASE("this process may run somewhere") { CHECK_FALSE(allowed_cpus().empty()); }

}  // namespace
}  // namespace belfry::supervisor
