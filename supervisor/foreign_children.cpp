#include "supervisor/foreign_children.hpp"

#include <sys/wait.h>

#include "common/log.hpp"

namespace belfry::supervisor {

void reap_foreign_children(const std::function<bool(pid_t)>& is_ours) {
  for (;;) {
    siginfo_t ended = {};
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) return;
    if (is_ours(ended.si_pid) || ::waitpid(ended.si_pid, nullptr, WNOHANG) != ended.si_pid) return;
    log::debug("reaped a child of somebody else", {{"pid", ended.si_pid}});
  }
}

}  // namespace belfry::supervisor
