// What the supervisor arranges for its own process before anything else; children inherit the limits.
#pragma once

namespace belfry::supervisor {

// Standard streams that are open, RLIMIT_NOFILE at its hard limit, SIGPIPE ignored.
void set_up_process();

}  // namespace belfry::supervisor
