#include "tools/wait_for.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string>

namespace belfry::tools {

Result<void> wait_for(int fd, short events, TimePoint deadline, std::string_view what) {
  while (true) {
    pollfd descriptor{fd, events, 0};
    const int ready = poll(&descriptor, 1, poll_timeout(deadline));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return Unexpected(errno_error(std::string(what)));
    if (Clock::now() >= deadline) return Unexpected(errno_error(std::string(what), ETIMEDOUT));
  }
}

int poll_timeout(TimePoint deadline) {
  const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<Milliseconds::rep>(left, 0, std::numeric_limits<int>::max()));
}

}  // namespace belfry::tools
