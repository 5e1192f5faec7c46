// What is said of a child that ended: who, how old, of what, and what happens next. Logged once and shown by `status`.
#pragma once

#include <sys/types.h>

#include <string>

#include "common/clock.hpp"
#include "common/log.hpp"
#include "supervisor/restart_policy.hpp"

namespace belfry::supervisor {

struct Obituary {
  std::string who;  // "worker 3", "managed Redis"
  pid_t pid = 0;
  Milliseconds age = {};
  int wait_status = 0;  // as of waitpid(2)
  std::string cause;    // why we ended it ("no heartbeat for 5 s"), or its last words; empty: unknown
  std::string next;     // "starts again at once"

  std::string text() const;
};

// One event: `who` ended.
void log_obituary(log::Level level, const Obituary& obituary);

// "exit code 78", "SIGSEGV (core dumped)".
std::string describe_end(int wait_status);
bool is_configuration_error(int wait_status);
// "starts again at once", "starts again in 0.4 s", "given up".
std::string describe(const RestartPolicy::Verdict& verdict);
// "12.3 s".
std::string seconds_text(Milliseconds duration);

}  // namespace belfry::supervisor
