#include "supervisor/worker_program.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace belfry::supervisor {
namespace {

bool are_same(const std::string& one, const std::string& other) {
  struct stat first, second;
  return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

}  // namespace

WorkerProgram::WorkerProgram() {
  std::error_code failure;
  installed_ = std::filesystem::read_symlink(kOwnProgram, failure);
}

void WorkerProgram::let_go() {
  held_.reset();
  path_ = kOwnProgram;
}

bool WorkerProgram::is_run_by(pid_t pid) const { return are_same("/proc/" + std::to_string(pid) + "/exe", path_); }

Result<void> WorkerProgram::take_installed() {
  if (are_same(installed_, path_)) return {};
  UniqueFd found(::open(installed_.c_str(), O_PATH | O_CLOEXEC));
  if (!found || ::access(installed_.c_str(), X_OK) != 0) return Unexpected(errno_error(installed_));
  held_ = std::move(found);
  // A child has closed all descriptors when it comes to its exec.
  path_ = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(held_.get());
  return {};
}

}  // namespace belfry::supervisor
