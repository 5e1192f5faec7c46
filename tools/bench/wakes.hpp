// How the processes of a run wake one another: an eventfd for each, made before the fork.
#pragma once

#include <sys/eventfd.h>

#include <cstdint>
#include <vector>

#include "common/assert.hpp"
#include "common/unique_fd.hpp"

namespace belfry::bench {

class Wakes {
 public:
  explicit Wakes(std::uint32_t processes) {
    for (std::uint32_t i = 0; i < processes; ++i) {
      fds_.emplace_back(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
      BELFRY_ASSERT(fds_.back());
    }
  }

  int fd(std::uint32_t process) const { return fds_[process].get(); }
  void wake(std::uint32_t process) const { eventfd_write(fd(process), 1); }
  void take(std::uint32_t process) const {
    eventfd_t count = 0;
    eventfd_read(fd(process), &count);
  }

 private:
  std::vector<UniqueFd> fds_;
};

}  // namespace belfry::bench
