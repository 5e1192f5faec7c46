#include "tools/bench/descriptors.hpp"

#include <doctest/doctest.h>

#include <string>

using belfry::bench::processes_for;

TEST_CASE("as many processes as it takes, or as many as are wanted") {
  CHECK(*processes_for(1, 0, 1000) == 1);
  CHECK(*processes_for(1000, 0, 1000) == 1);
  CHECK(*processes_for(1001, 0, 1000) == 2);
  CHECK(*processes_for(1, 3, 1000) == 3);
}

TEST_CASE("too few processes are refused with how many it takes") {
  auto refused = processes_for(5000, 2, 1000);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("--processes=5") != std::string::npos);
  CHECK_FALSE(processes_for(2'000'000, 0, 1000));
}
