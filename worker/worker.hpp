// The worker process (architecture: one libuv loop, one thread, shares nothing with its siblings). Lives from exec to
// exit.
#pragma once

#include <cstdint>

#include "common/exit_code.hpp"

namespace belfry::worker {

// Runs the worker of `slot` on the inherited descriptors (common/inheritance.hpp) until it is told to stop.
ExitCode run_worker(std::uint32_t slot);

}  // namespace belfry::worker
