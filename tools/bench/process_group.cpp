#include "tools/bench/process_group.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>

#include "tools/bench/generator.hpp"

namespace belfry::bench {
namespace {

Error obituary(pid_t pid, int status) {
  if (WIFSIGNALED(status))
    return Error{fmt::format("generator process {} was ended by signal {}", pid, WTERMSIG(status))};
  return Error{fmt::format("generator process {} ended with exit code {}", pid, WEXITSTATUS(status))};
}

}  // namespace

ProcessGroup::ProcessGroup(const Plan& plan, Board& board) : plan_(plan), board_(board), wakes_(plan.processes) {}

ProcessGroup::~ProcessGroup() {
  for (const pid_t pid : pids_) kill(pid, SIGKILL);
  for (const pid_t pid : pids_) waitpid(pid, nullptr, 0);
}

Result<void> ProcessGroup::start() {
  std::fflush(nullptr);  // else each child has a copy of what waits to be written
  for (std::uint32_t i = 0; i < plan_.processes; ++i) {
    const pid_t pid = fork();
    if (pid < 0) return Unexpected(errno_error("fork"));
    if (pid == 0) run_child(i);
    pids_.push_back(pid);
  }
  return {};
}

void ProcessGroup::run_child(std::uint32_t process) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int code = 0;
  try {
    Generator(plan_, process, board_, wakes_).run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "belfry: generator process {}: {}\n", getpid(), error.what());
    code = 1;
  }
  _exit(code);
}

void ProcessGroup::enter(Phase phase) {
  board_.the_run().phase.store(phase, std::memory_order_release);
  for (std::uint32_t i = 0; i < plan_.processes; ++i) wakes_.wake(i);
}

Result<void> ProcessGroup::check() {
  for (const pid_t pid : pids_) {
    int status = 0;
    if (waitpid(pid, &status, WNOHANG) != pid) continue;
    std::erase(pids_, pid);
    return Unexpected(obituary(pid, status));
  }
  return {};
}

Result<void> ProcessGroup::join() {
  while (!pids_.empty()) {
    int status = 0;
    const pid_t pid = pids_.back();
    if (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    pids_.pop_back();
    if (status != 0) return Unexpected(obituary(pid, status));
  }
  return {};
}

}  // namespace belfry::bench
