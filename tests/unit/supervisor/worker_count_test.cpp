#include "supervisor/worker_count.hpp"

#include <doctest/doctest.h>

namespace belfry::supervisor {
namespace {

TEST_CASE("without a quota there is a worker for each CPU, and never none") {
  CHECK(workers_for(8, std::nullopt) == 8);
  CHECK(workers_for(0, std::nullopt) == 1);
}

TEST_CASE("a quota counts with its fractions rounded up, a larger one not at all") {
  CHECK(workers_for(8, 2.0) == 2);
  CHECK(workers_for(8, 1.5) == 2);
  CHECK(workers_for(8, 0.25) == 1);
  CHECK(workers_for(8, 64.0) == 8);
}

TEST_CASE("cpu.max of cgroup v2") {
  CHECK(parse_cpu_max("150000 100000\n") == 1.5);
  CHECK_FALSE(parse_cpu_max("max 100000\n"));
  CHECK_FALSE(parse_cpu_max(""));
  CHECK_FALSE(parse_cpu_max("150000"));
  CHECK_FALSE(parse_cpu_max("150000 0"));
}

TEST_CASE("the quota of cgroup v1") {
  CHECK(parse_cfs_quota("200000\n", "100000\n") == 2.0);
  CHECK_FALSE(parse_cfs_quota("-1\n", "100000\n"));
  CHECK_FALSE(parse_cfs_quota("", ""));
}

TEST_CASE("the count says where it comes from") {
  CHECK(origin_of(std::nullopt) == "configured");
  CHECK(origin_of(WorkerCount{2, 8, 1.5}) == "auto: 8 CPUs by affinity, 1.5 by cgroup quota");
  CHECK(origin_of(WorkerCount{8, 8, std::nullopt}) == "auto: 8 CPUs by affinity, no cgroup quota");
}

TEST_CASE("this machine allows at least one worker") { CHECK(automatic_workers().workers >= 1); }

}  // namespace
}  // namespace belfry::supervisor
