#include "supervisor/worker_program.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace belfry::supervisor {
namespace {

bool is_same(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
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

Result<bool> WorkerProgram::take_installed() {
  UniqueFd found(::open(installed_.c_str(), O_PATH | O_CLOEXEC));
  struct stat there, present;
  if (!found || ::fstat(found.get(), &there) != 0 || ::stat(path_.c_str(), &present) != 0)
    return Unexpected(errno_error(installed_));
  if (is_same(there, present)) return false;
  if (::access(installed_.c_str(), X_OK) != 0) return Unexpected(errno_error(installed_));
  held_ = std::move(found);
  // A child has closed all descriptors when it comes to its exec.
  path_ = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(held_.get());
  return true;
}

}  // namespace belfry::supervisor
