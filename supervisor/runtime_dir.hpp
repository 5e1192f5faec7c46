// The directory of one running node: admin socket, socket of the managed Redis, and the lock that keeps a second
// supervisor out. Held from start to exit; the lock goes with the process however it dies, its file only with a clean
// exit.
#pragma once

#include <string>

#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry::supervisor {

// Takes away the socket that a process which was killed has left, if there is one.
Result<void> remove_stale(const std::string& socket);

class RuntimeDir {
 public:
  // Makes the directory where it is missing and locks it. Refuses one in which others could replace what we put there.
  static Result<RuntimeDir> acquire(std::string path);
  RuntimeDir(RuntimeDir&&) = default;
  RuntimeDir& operator=(RuntimeDir&&) = delete;
  ~RuntimeDir();

  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  RuntimeDir(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  UniqueFd lock_;
};

}  // namespace belfry::supervisor
