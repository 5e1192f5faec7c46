// fork + exec with exactly the descriptors, signals and environment that a child is meant to have. Whatever allocates
// happens before the fork: between fork and exec only async-signal-safe calls are made.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "common/result.hpp"

namespace belfry::supervisor {

struct ChildPlan {
  std::string executable;
  std::vector<std::string> arguments;  // argv, the program's name included
  std::vector<int> descriptors;        // become 3, 4, ..; nothing else stays open but the standard streams
  std::vector<int> cpus = {};          // on which it may run; empty: as the supervisor
  int standard_input = -1;             // -1: as the supervisor's
  int standard_output = -1;            // standard error too; -1: as the supervisor's
  bool ignores_terminal = false;  // SIGINT, SIGTERM and SIGHUP ignored from birth, all other signals at their default
  bool own_session = false;       // out of reach of the terminal's signals
  bool dies_with_parent = false;  // SIGKILL when the supervisor dies
};

// The caller reaps the child. A failing exec shows as a child that exits with ExitCode::internal.
// BELFRY_* variables may carry secrets, and what a service manager says (NOTIFY_SOCKET, WATCHDOG_*,
// CREDENTIALS_DIRECTORY) is said to the supervisor: children get neither.
Result<pid_t> spawn(const ChildPlan& plan);

}  // namespace belfry::supervisor
