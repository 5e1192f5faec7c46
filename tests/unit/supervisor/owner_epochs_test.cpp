#include "supervisor/owner_epochs.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

namespace belfry::supervisor {
namespace {

using Epochs = std::vector<std::uint64_t>;

constexpr std::uint32_t kOwnSlot = 0;
constexpr std::uint32_t kSibling = 1;

// What is handed over now, if `sibling` takes it.
Epochs handed_over(OwnerEpochs& epochs, std::optional<std::uint32_t> sibling = kSibling) {
  Epochs offered;
  epochs.hand_over([&](std::uint64_t epoch) {
    offered.push_back(epoch);
    return sibling;
  });
  return offered;
}

// The slot's worker takes an epoch and dies.
void die_with(OwnerEpochs& epochs, std::uint64_t epoch) {
  epochs.taken(epoch);
  epochs.died();
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
  CHECK(epochs.entrust(kOwnSlot) == 0);
  CHECK(handed_over(epochs).empty());
}

TEST_CASE("a dead worker's last epoch goes to a sibling, and to nobody else while that lives") {
  OwnerEpochs epochs;
  epochs.taken(4);
  epochs.taken(5);
  epochs.died();
  CHECK(handed_over(epochs) == Epochs{5});
  CHECK(handed_over(epochs).empty());
  CHECK(epochs.entrust(kOwnSlot) == 0);
}

TEST_CASE("without a sibling the successor gets it, and nobody else meanwhile") {
  OwnerEpochs epochs;
  die_with(epochs, 1);
  CHECK(handed_over(epochs, std::nullopt) == Epochs{1});
  CHECK(epochs.entrust(kOwnSlot) == 1);
  CHECK(epochs.entrust(kOwnSlot) == 0);
  CHECK(handed_over(epochs).empty());
}

TEST_CASE("what was reported swept is forgotten") {
  OwnerEpochs epochs;
  die_with(epochs, 1);
  CHECK(handed_over(epochs) == Epochs{1});
  epochs.swept(1);
  epochs.sweeper_died(kSibling);
  CHECK(handed_over(epochs).empty());
}

TEST_CASE("an orphan outlives a sibling that dies over it") {
  OwnerEpochs epochs;
  die_with(epochs, 1);
  handed_over(epochs, kSibling);
  epochs.sweeper_died(2);
  CHECK(handed_over(epochs).empty());
  epochs.sweeper_died(kSibling);
  CHECK(handed_over(epochs, 2) == Epochs{1});
}

TEST_CASE("an orphan outlives a successor that was ready and dies before it swept") {
  OwnerEpochs epochs;
  die_with(epochs, 1);
  CHECK(epochs.entrust(kOwnSlot) == 1);
  die_with(epochs, 2);
  epochs.sweeper_died(kOwnSlot);
  CHECK(handed_over(epochs) == Epochs{1, 2});
}

TEST_CASE("the successor gets the newest at its start, the others are handed over later") {
  OwnerEpochs epochs;
  die_with(epochs, 1);
  die_with(epochs, 2);
  CHECK(epochs.entrust(kOwnSlot) == 2);
  CHECK(handed_over(epochs, kOwnSlot) == Epochs{1});
  epochs.swept(1);
  epochs.sweeper_died(kOwnSlot);
  CHECK(handed_over(epochs) == Epochs{2});
}

TEST_CASE("a report for an owner that is none of ours changes nothing") {
  OwnerEpochs epochs;
  epochs.taken(1);
  epochs.swept(7);
  epochs.died();
  CHECK(handed_over(epochs) == Epochs{1});
}

TEST_CASE("what a worker says of itself, that it leaves nothing to be swept, is believed") {
  OwnerEpochs epochs;
  epochs.taken(1);
  epochs.swept(1);
  epochs.died();
  CHECK(handed_over(epochs).empty());
  CHECK(epochs.next() == 2);
}

TEST_CASE("without Redis the number of orphans is bounded, and the newest are kept") {
  OwnerEpochs epochs;
  const std::uint64_t last = OwnerEpochs::kMaxOrphans + 10;
  for (std::uint64_t epoch = 1; epoch <= last; ++epoch) die_with(epochs, epoch);
  const Epochs kept = handed_over(epochs);
  CHECK(kept.size() == OwnerEpochs::kMaxOrphans);
  CHECK(kept.back() == last);
}

}  // namespace
}  // namespace belfry::supervisor
