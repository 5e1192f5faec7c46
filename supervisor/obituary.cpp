#include "supervisor/obituary.hpp"

#include <fmt/format.h>
#include <string.h>
#include <sys/wait.h>

#include "common/exit_code.hpp"

namespace belfry::supervisor {

std::string Obituary::text() const {
  const std::string because = cause.empty() ? "" : " (" + cause + ")";
  return fmt::format("{} (pid {}) ended after {}: {}{}; {}", who, pid, seconds_text(age), describe_end(wait_status),
                     because, next);
}

void log_obituary(log::Level level, const Obituary& obituary) {
  const std::string end = describe_end(obituary.wait_status);
  log::event(level, obituary.who + " ended",
             {{"pid", obituary.pid},
              {"age_ms", obituary.age.count()},
              {"end", obituary.cause.empty() ? end : end + ": " + obituary.cause},
              {"next", obituary.next}});
}

std::string describe_end(int wait_status) {
  if (WIFEXITED(wait_status)) return fmt::format("exit code {}", WEXITSTATUS(wait_status));
  const int number = WTERMSIG(wait_status);
  const char* name = ::sigabbrev_np(number);
  const std::string signal = name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
  return WCOREDUMP(wait_status) ? signal + " (core dumped)" : signal;
}

bool is_configuration_error(int wait_status) {
  return WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == static_cast<int>(ExitCode::configuration);
}

std::string describe(const RestartPolicy::Verdict& verdict) {
  if (!verdict.restart) return "given up";
  if (verdict.delay == Milliseconds(0)) return "starts again at once";
  return "starts again in " + seconds_text(verdict.delay);
}

std::string seconds_text(Milliseconds duration) {
  return fmt::format("{:.1f} s", static_cast<double>(duration.count()) / 1000);
}

}  // namespace belfry::supervisor
