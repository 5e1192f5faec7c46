// The states of a supervised child (the worker of a slot, the managed Redis), their names as `status` shows them, and
// the legal steps between them.
#pragma once

#include <string_view>

namespace belfry::supervisor {

enum class ChildState {
  stopped,      // no process, none wanted
  starting,     // a process that has not said Ready
  running,      // a process that said Ready and sends heartbeats
  aborting,     // silent (SIGABRT was sent) or left its channel: SIGKILL follows unless it ends
  killing,      // SIGKILL was sent
  stopping,     // Stop was sent: SIGKILL follows unless it ends
  backing_off,  // no process, the next start is due at a known time
  failed,       // no process, given up
};

std::string_view name_of(ChildState state);
bool may_step(ChildState from, ChildState to);
bool has_process(ChildState state);

}  // namespace belfry::supervisor
