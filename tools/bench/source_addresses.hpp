// The addresses that connections to a loopback target come from, in turn: a pair of addresses has 28,000 free ports,
// but a machine has all of 127.0.0.0/8. Towards any other target the kernel chooses.
#pragma once

#include <cstdint>

#include "common/result.hpp"
#include "common/socket_address.hpp"
#include "common/unique_fd.hpp"

namespace belfry::bench {

class SourceAddresses {
 public:
  explicit SourceAddresses(const SocketAddress& target, std::uint32_t first);

  // A socket whose connection to the target is under way.
  Result<UniqueFd> connect_next();

 private:
  Result<void> bind_next(int fd);

  SocketAddress target_;
  bool is_many_;  // the target is in 127.0.0.0/8
  std::uint32_t next_;
};

}  // namespace belfry::bench
