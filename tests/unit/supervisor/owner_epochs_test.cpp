#include "supervisor/owner_epochs.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace belfry::supervisor {
namespace {

std::vector<std::uint64_t> handed_over(OwnerEpochs& epochs) {
  std::vector<std::uint64_t> orphans;
  epochs.hand_over([&](std::uint64_t epoch) {
    orphans.push_back(epoch);
    return true;
  });
  return orphans;
}

TEST_CASE("epochs start at 1 and only taken ones are used up") {
  OwnerEpochs epochs;
  CHECK(epochs.next() == 1);
  epochs.died();
  CHECK(epochs.next() == 1);
  epochs.taken(1);
  epochs.taken(2);
  epochs.died();
  CHECK(epochs.next() == 3);
}

TEST_CASE("a worker that took no epoch leaves no orphan") {
  OwnerEpochs epochs;
  epochs.died();
  CHECK(epochs.entrust() == 0);
  CHECK(handed_over(epochs).empty());
}

TEST_CASE("a dead worker's last epoch goes to a sibling once") {
  OwnerEpochs epochs;
  epochs.taken(4);
  epochs.taken(5);
  epochs.died();
  CHECK(handed_over(epochs) == std::vector<std::uint64_t>{5});
  CHECK(handed_over(epochs).empty());
  CHECK(epochs.entrust() == 0);
}

TEST_CASE("without a sibling the successor gets it, and nobody else meanwhile") {
  OwnerEpochs epochs;
  epochs.taken(1);
  epochs.died();
  epochs.hand_over([](std::uint64_t) { return false; });
  CHECK(epochs.entrust() == 1);
  CHECK(handed_over(epochs).empty());
  epochs.ready();
  epochs.died();
  CHECK(handed_over(epochs).empty());
}

TEST_CASE("an orphan outlives a successor that dies before it is ready") {
  OwnerEpochs epochs;
  epochs.taken(1);
  epochs.died();
  CHECK(epochs.entrust() == 1);
  epochs.taken(2);
  epochs.died();
  CHECK(handed_over(epochs) == std::vector<std::uint64_t>{1, 2});
}

}  // namespace
}  // namespace belfry::supervisor
