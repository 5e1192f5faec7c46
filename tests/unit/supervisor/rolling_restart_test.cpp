#include "supervisor/rolling_restart.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using namespace belfry::supervisor;

TEST_CASE("nine of ten clients that are there again are enough") {
  CHECK(have_returned(0, 0));
  CHECK(have_returned(1, 1));
  CHECK_FALSE(have_returned(1, 0));
  CHECK_FALSE(have_returned(100, 89));
  CHECK(have_returned(100, 90));
  CHECK(have_returned(~std::uint64_t{0}, ~std::uint64_t{0}));
}
