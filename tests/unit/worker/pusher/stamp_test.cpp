#include "worker/pusher/stamp.hpp"

#include <doctest/doctest.h>

namespace belfry::pusher {

TEST_CASE("a node reads its own stamps, and nobody else's") {
  const StampOffice office(NodeId{{1, 2, 3, 4, 5}}), other(NodeId{{1, 2, 3, 9}});
  CHECK(office.stamp(5'000'999) == "01020304.5000");
  CHECK(office.published_ns("01020304.5000") == 5'000'000);
  for (const char* stamp : {"", "-", "01020304.", "01020304.5x", "0102030"}) CHECK_FALSE(office.published_ns(stamp));
  CHECK_FALSE(other.published_ns(office.stamp(1)));
}

}  // namespace belfry::pusher
