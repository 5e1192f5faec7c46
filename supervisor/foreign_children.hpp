// Children that the supervisor has never started: as the first process of a container it inherits whatever loses its
// parent there, and nobody else can reap it.
#pragma once

#include <sys/types.h>

#include <functional>

namespace belfry::supervisor {

// Reaps those that have ended. Stops at one that is_ours: its own owner reaps it when it is told of it.
void reap_foreign_children(const std::function<bool(pid_t)>& is_ours);

}  // namespace belfry::supervisor
