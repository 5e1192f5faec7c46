#include "supervisor/obituary.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <csignal>

namespace belfry::supervisor {
namespace {

constexpr int exited(int code) { return W_EXITCODE(code, 0); }
constexpr int killed(int number) { return W_EXITCODE(0, number); }

TEST_CASE("an end is an exit code, or a signal with its core") {
  CHECK(describe_end(exited(78)) == "exit code 78");
  CHECK(describe_end(killed(SIGKILL)) == "SIGKILL");
  CHECK(describe_end(killed(SIGSEGV) | WCOREFLAG) == "SIGSEGV (core dumped)");
}

TEST_CASE("only exit code 78 is a configuration error") {
  CHECK(is_configuration_error(exited(78)));
  CHECK_FALSE(is_configuration_error(exited(1)));
  CHECK_FALSE(is_configuration_error(killed(SIGKILL)));
}

TEST_CASE("an obituary names who, the pid, the age, the end, its cause and what follows") {
  Obituary obituary = {.who = "worker 3",
                       .pid = 4711,
                       .age = Milliseconds(12340),
                       .wait_status = killed(SIGABRT),
                       .cause = "no heartbeat for 5.0 s",
                       .next = "starts again at once"};
  CHECK(obituary.text() ==
        "worker 3 (pid 4711) ended after 12.3 s: SIGABRT (no heartbeat for 5.0 s); starts again at once");
  obituary.cause.clear();
  CHECK(obituary.text() == "worker 3 (pid 4711) ended after 12.3 s: SIGABRT; starts again at once");
}

TEST_CASE("a verdict in words") {
  CHECK(describe(RestartPolicy::Verdict{.restart = true, .delay = Milliseconds(0)}) == "starts again at once");
  CHECK(describe(RestartPolicy::Verdict{.restart = true, .delay = Milliseconds(400)}) == "starts again in 0.4 s");
  CHECK(describe(RestartPolicy::Verdict{.restart = false}) == "given up");
}

}  // namespace
}  // namespace belfry::supervisor
