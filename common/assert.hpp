// Always-on assertion of an invariant. A broken invariant ends the process with SIGABRT; for a worker that means a
// restart by the supervisor, which is cheaper than going on with wrong state. Expected failures are Result<T>, not
// assertions.
#pragma once

#define BELFRY_ASSERT(condition) \
  (static_cast<bool>(condition) ? void(0) : ::belfry::assertion_failed(#condition, __FILE__, __LINE__))

namespace belfry {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;
}
