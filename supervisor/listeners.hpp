// The listening sockets of a node: one SO_REUSEPORT socket per slot and address, open until the supervisor exits. A
// worker that dies leaves its accept queues in them to its successor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry::supervisor {

// Connections that wait in one listener; net.core.somaxconn may allow fewer.
inline constexpr int kListenBacklog = 4096;

enum class MissingFamily { refuse, skip };  // what to do with an address (::1) that the machine does not have

class Listeners {
 public:
  // Probes every address first: with SO_REUSEPORT alone, two servers would share a port and never know. Port 0 lets the
  // kernel choose, once for all slots; several addresses get the same port where that is free.
  static Result<Listeners> open(const std::vector<std::string>& addresses, std::uint32_t slots, MissingFamily missing);

  // What is bound, with real ports, in the order in which a worker inherits it.
  const std::vector<std::string>& addresses() const { return addresses_; }
  std::vector<int> of_slot(std::uint32_t slot) const;

  // For good: who has not begun to connect hears nothing, and the kernel tries again for him after 1, 3 and 7 s, when
  // somebody else may be there or nobody. Else a connection could complete behind the last accept(), and be reset with
  // a request on its way. Who is half connected comes in.
  void take_no_more() const;

 private:
  explicit Listeners(std::uint32_t slots) : by_slot_(slots) {}

  std::vector<std::string> addresses_;
  std::vector<std::vector<UniqueFd>> by_slot_;
};

}  // namespace belfry::supervisor
