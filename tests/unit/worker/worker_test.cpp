#include "worker/worker.hpp"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "common/control_channel.hpp"
#include "common/inheritance.hpp"

namespace belfry::worker {
namespace {

UniqueFd memory_file(const std::string& text) {
  UniqueFd fd(::memfd_create("belfry-test", MFD_CLOEXEC));
  REQUIRE(::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  return fd;
}

// The exit code of a worker whose control channel holds what `speak` has sent.
template <typename Speak>
int exit_code_after(Speak speak) {
  auto pair = make_control_pair();
  REQUIRE(pair);
  SupervisorEnd supervisor(std::move(pair->first));
  speak(supervisor);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pair->second.get(), kControlFd);
    ::_exit(static_cast<int>(run_worker(0)));
  }
  pair->second.reset();
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int exit_code_with(const std::string& settings) {
  return exit_code_after(
      [&](SupervisorEnd& supervisor) { REQUIRE(supervisor.send(Configure{}, memory_file(settings).get())); });
}

TEST_CASE("settings that cannot be read end a worker with the code that says so: it is not tried again") {
  CHECK(exit_code_with("workers = [") == static_cast<int>(ExitCode::configuration));
  CHECK(exit_code_with("wrokers = 1") == static_cast<int>(ExitCode::configuration));
}

TEST_CASE("a first message that is no configuration is a broken channel") {
  CHECK(exit_code_after([](SupervisorEnd& supervisor) { REQUIRE(supervisor.send(Stop{})); }) ==
        static_cast<int>(ExitCode::control_channel));
}

}  // namespace
}  // namespace belfry::worker
