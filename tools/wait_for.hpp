// Waiting for one descriptor until a deadline, for code that does one thing at a time.
#pragma once

#include <string_view>

#include "common/clock.hpp"
#include "common/result.hpp"

namespace belfry::tools {

// Until poll(2) reports one of `events`, or an error that the next call on `fd` will return. Error code ETIMEDOUT past
// the deadline; `what` is the beginning of its sentence ("the handshake with localhost:9000").
Result<void> wait_for(int fd, short events, TimePoint deadline, std::string_view what);

// Milliseconds that poll(2) may sleep before `deadline`: rounded up, never negative.
int poll_timeout(TimePoint deadline);

}  // namespace belfry::tools
