// The epoll instance of a generator process. A descriptor comes with a tag, which comes back with its events.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>

#include "common/unique_fd.hpp"

namespace belfry::bench {

class Poller {
 public:
  Poller();

  void add(int fd, std::uint32_t events, std::uint64_t tag);
  void change(int fd, std::uint32_t events, std::uint64_t tag);
  // A descriptor that is closed is forgotten by itself.

  // Until something happens or the time has passed. Valid until the next call.
  std::span<const epoll_event> wait(std::uint64_t timeout_ns);

 private:
  UniqueFd epoll_;
  std::array<epoll_event, 512> events_;
};

}  // namespace belfry::bench
