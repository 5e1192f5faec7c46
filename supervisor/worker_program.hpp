// The binary of which workers are born: the supervisor's own, even after the file has been replaced, until an upgrade
// takes over the file that lies in its place now. Once taken, it is held open: a later replacement of the file changes
// nothing either.
#pragma once

#include <sys/types.h>

#include <string>

#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry::supervisor {

inline constexpr const char* kOwnProgram = "/proc/self/exe";

class WorkerProgram {
 public:
  // To be made while the supervisor's binary still lies where it was started from.
  WorkerProgram();

  // An Error leaves everything as it is.
  Result<void> take_installed();
  // Back to the supervisor's own.
  void let_go();
  const std::string& path() const { return path_; }
  bool is_run_by(pid_t pid) const;

 private:
  std::string installed_;  // where the supervisor was started from
  UniqueFd held_;          // none: kOwnProgram
  std::string path_ = kOwnProgram;
};

}  // namespace belfry::supervisor
