// The listening sockets of a node: one SO_REUSEPORT socket per slot and address, open until the supervisor exits. A
// worker that dies leaves its accept queues in them to its successor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "common/socket_address.hpp"
#include "common/unique_fd.hpp"

namespace belfry::supervisor {

// Connections that wait in one listener; net.core.somaxconn may allow fewer.
inline constexpr int kListenBacklog = 4096;

enum class MissingFamily { refuse, skip };  // what to do with an address (::1) that the machine does not have

class Listeners {
 public:
  // Probes every address first: with SO_REUSEPORT alone, two servers would share a port and never know. Port 0 lets the
  // kernel choose, once for all slots; several addresses of one option get the same port where that is free.
  static Result<Listeners> open(const std::vector<std::string>& listen, std::uint32_t slots, MissingFamily missing,
                                const std::vector<std::string>& tls_listen = {});

  // What is bound, with real ports. A worker inherits first the ones, then the others, in this order.
  const std::vector<std::string>& addresses() const { return addresses_; }
  const std::vector<std::string>& tls_addresses() const { return tls_addresses_; }
  std::vector<int> of_slot(std::uint32_t slot) const;

  // For good: who has not begun to connect hears nothing, and the kernel tries again for him after 1, 3 and 7 s, when
  // somebody else may be there or nobody. Else a connection could complete behind the last accept(), and be reset with
  // a request on its way. Who is half connected comes in.
  void take_no_more() const;

 private:
  explicit Listeners(std::uint32_t slots) : by_slot_(slots) {}

  Result<std::vector<std::string>> bind(std::string_view option, std::vector<SocketAddress> addresses);

  std::vector<std::string> addresses_;
  std::vector<std::string> tls_addresses_;
  std::vector<std::vector<UniqueFd>> by_slot_;
};

}  // namespace belfry::supervisor
