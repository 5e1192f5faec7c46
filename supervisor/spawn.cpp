#include "supervisor/spawn.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "common/exit_code.hpp"
#include "common/inheritance.hpp"

namespace belfry::supervisor {
namespace {

// Everything the child needs, laid out before the fork.
struct Prepared {
  const ChildPlan& plan;
  std::vector<char*> argv;
  std::vector<char*> envp;
  std::vector<int> lifted;  // room for copies of plan.descriptors above the numbers that they become
  pid_t parent;
};

constexpr std::string_view kPrivate[] = {"BELFRY_", "NOTIFY_SOCKET=", "WATCHDOG_", "CREDENTIALS_DIRECTORY="};

bool is_private(std::string_view variable) {
  return std::ranges::any_of(kPrivate, [&](std::string_view prefix) { return variable.starts_with(prefix); });
}

Prepared prepare(const ChildPlan& plan) {
  Prepared child = {plan, {}, {}, std::vector<int>(plan.descriptors.size()), ::getpid()};
  for (const std::string& argument : plan.arguments) child.argv.push_back(const_cast<char*>(argument.c_str()));
  child.argv.push_back(nullptr);
  for (char** variable = environ; *variable != nullptr; ++variable)
    if (!is_private(*variable)) child.envp.push_back(*variable);
  child.envp.push_back(nullptr);
  return child;
}

// ---- in the child, between fork and exec

[[noreturn]] void give_up(std::string_view why) noexcept {
  if (::write(STDERR_FILENO, why.data(), why.size()) < 0) ::_exit(static_cast<int>(ExitCode::internal));
  ::_exit(static_cast<int>(ExitCode::internal));
}

void reset_dispositions(bool ignores_terminal) noexcept {
  for (int number = 1; number < NSIG; ++number) {
    const bool ignored = ignores_terminal && (number == SIGINT || number == SIGTERM || number == SIGHUP);
    struct sigaction action = {};
    action.sa_handler = ignored ? SIG_IGN : SIG_DFL;
    ::sigaction(number, &action, nullptr);  // fails for SIGKILL, SIGSTOP and libc's own, which need no reset
  }
}

bool arrange_descriptors(Prepared& child) noexcept {
  const ChildPlan& plan = child.plan;
  const int first_unused = kControlFd + static_cast<int>(plan.descriptors.size());
  if (plan.standard_input >= 0 && ::dup2(plan.standard_input, STDIN_FILENO) < 0) return false;
  if (plan.standard_output >= 0 && ::dup2(plan.standard_output, STDOUT_FILENO) < 0) return false;
  if (plan.standard_output >= 0 && ::dup2(plan.standard_output, STDERR_FILENO) < 0) return false;
  // Copies above all targets first: a source may sit on the number of another one's target.
  for (std::size_t i = 0; i < plan.descriptors.size(); ++i)
    if ((child.lifted[i] = ::fcntl(plan.descriptors[i], F_DUPFD, first_unused)) < 0) return false;
  for (std::size_t i = 0; i < plan.descriptors.size(); ++i)
    if (::dup2(child.lifted[i], kControlFd + static_cast<int>(i)) < 0) return false;
  return ::close_range(static_cast<unsigned>(first_unused), ~0U, 0) == 0;
}

// Where the cpuset has changed and none of them is left, it runs wherever the supervisor does.
void pin(const std::vector<int>& cpus) noexcept {
  if (cpus.empty()) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(cpu, &set);
  if (::sched_setaffinity(0, sizeof set, &set) == 0) return;
  constexpr std::string_view kLine = "belfry: a child cannot be pinned to its CPUs and runs on any\n";
  if (::write(STDERR_FILENO, kLine.data(), kLine.size()) < 0) return;
}

[[noreturn]] void become(Prepared& child) noexcept {
  const ChildPlan& plan = child.plan;
  reset_dispositions(plan.ignores_terminal);
  if (plan.own_session) ::setsid();
  if (plan.dies_with_parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != child.parent) ::_exit(static_cast<int>(ExitCode::failure));  // it died before the prctl
  }
  if (!arrange_descriptors(child)) give_up("belfry: cannot arrange the descriptors of a child\n");
  pin(plan.cpus);
  // What lets the supervisor bind ports below 1024, the unit's capabilities or those of the file, is its alone.
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(plan.executable.c_str(), child.argv.data(), child.envp.data());
  give_up("belfry: cannot execute the program of a child\n");
}

}  // namespace

Result<pid_t> spawn(const ChildPlan& plan) {
  Prepared child = prepare(plan);
  // A signal between fork and exec would run the supervisor's handler in the child and write to the loop's pipe.
  sigset_t all, before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  const int error = errno;
  if (pid == 0) become(child);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return Unexpected(errno_error("fork", error));
  return pid;
}

}  // namespace belfry::supervisor
