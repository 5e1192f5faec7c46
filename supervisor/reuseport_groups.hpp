// The program that spreads connections over the sockets of SO_REUSEPORT groups, one group for each listening address.
// All groups have the same program or none. The sockets belong to Listeners.
#pragma once

#include <utility>
#include <vector>

#include "common/result.hpp"
#include "supervisor/reuseport_program.hpp"

namespace belfry::supervisor {

class ReuseportGroups {
 public:
  // One socket of each group: what is attached to it counts for the whole group.
  explicit ReuseportGroups(std::vector<int> sockets) : sockets_(std::move(sockets)) {}

  // Takes the place of the one before; empty: none, the kernel's own hash. An Error: the kernel refused it, and its own
  // hash spreads from now on.
  Result<void> follow(const ReuseportProgram& program);

 private:
  void detach();

  std::vector<int> sockets_;
};

}  // namespace belfry::supervisor
