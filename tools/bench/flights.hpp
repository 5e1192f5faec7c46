// Messages on their way, for a closed loop: one has landed when all of its subscribers in all processes have it (and
// the server has answered, where it does). Parts of a message land in each process; what they add up to is on the
// board.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/bench/board.hpp"

namespace belfry::bench {

class Flights {
 public:
  explicit Flights(RunBoard& board) : board_(board) {}

  // By the publisher. A message of no parts has landed.
  void depart(std::uint64_t number, std::int32_t parts);
  // True: it was the last part.
  bool land_part(std::uint64_t number);
  // Whatever is missing of it will not come.
  void land_all(std::uint64_t number);

  std::uint64_t landed() const { return board_.landed.load(std::memory_order_acquire); }
  // Those of the first `sent` messages that are still on their way are not waited for any more.
  void give_up(std::uint64_t sent);

 private:
  std::atomic<std::int32_t>& flight(std::uint64_t number) { return board_.flights[number % kFlightSlots]; }

  RunBoard& board_;
};

// The part of one process: how many of its subscribers a message has still to reach.
class LocalArrivals {
 public:
  LocalArrivals() : slots_(kFlightSlots) {}

  // True: `subscribers` have it now.
  bool arrive(std::uint64_t number, std::uint32_t subscribers) {
    Slot& slot = slots_[number % kFlightSlots];
    if (slot.number != number) slot = {number, 0};
    return ++slot.arrived == subscribers;
  }

 private:
  struct Slot {
    std::uint64_t number = UINT64_MAX;
    std::uint32_t arrived = 0;
  };

  std::vector<Slot> slots_;
};

}  // namespace belfry::bench
