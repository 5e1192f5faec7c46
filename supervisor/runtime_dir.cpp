#include "supervisor/runtime_dir.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace belfry::supervisor {
namespace {

constexpr const char* kLockFile = "supervisor.lock";  // contains the pid of its holder

Error about(const std::string& path, int error) { return errno_error("runtime_dir: " + path, error); }

Result<void> make_directory(const std::string& path) {
  std::error_code failure;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failure);
  if (failure) return Unexpected(about(path, failure.value()));
  const mode_t mode = ::geteuid() == 0 ? 0750 : 0700;
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return Unexpected(about(path, errno));
  return {};
}

// Where others can write, the sockets could be replaced under our feet: not even root uses somebody else's directory.
Result<void> check_directory(const std::string& path) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0) return Unexpected(about(path, errno));
  if (S_ISLNK(status.st_mode)) return Unexpected("runtime_dir: " + path + " is a symbolic link, expected a directory");
  if (!S_ISDIR(status.st_mode)) return Unexpected(about(path, ENOTDIR));
  if (status.st_uid != ::geteuid())
    return Unexpected(
        fmt::format("runtime_dir: {} belongs to another user (uid {}, we are {})", path, status.st_uid, ::geteuid()));
  if ((status.st_mode & 0022) != 0)
    return Unexpected(
        fmt::format("runtime_dir: {} can be written by others than its owner (mode {:04o}); take that "
                    "away with chmod go-w, or name another directory",
                    path, status.st_mode & 07777));
  return {};
}

std::string holder(int lock) {
  char text[32] = {};
  const ssize_t size = ::pread(lock, text, sizeof text - 1, 0);
  const std::string pid = size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "";
  return pid.substr(0, pid.find('\n'));
}

Result<void> write_pid(int lock, const std::string& path) {
  const std::string line = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock, 0) != 0 || ::pwrite(lock, line.data(), line.size(), 0) < 0)
    return Unexpected(about(path, errno));
  return {};
}

// A holder that exits removes the file: a lock on the removed file locks nobody out.
bool is_still_there(int lock, const std::string& path) {
  struct stat locked, named;
  return ::fstat(lock, &locked) == 0 && ::stat(path.c_str(), &named) == 0 && locked.st_ino == named.st_ino;
}

Result<UniqueFd> lock_file(const std::string& directory) {
  const std::string path = directory + "/" + kLockFile;
  for (;;) {
    UniqueFd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!lock) return Unexpected(about(path, errno));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return Unexpected(about(path, errno));
      return Unexpected(
          fmt::format("runtime_dir: {} is in use by another supervisor (pid {})", directory, holder(lock.get())));
    }
    if (!is_still_there(lock.get(), path)) continue;
    if (auto written = write_pid(lock.get(), path); !written) return Unexpected(written.error());
    return lock;
  }
}

}  // namespace

Result<void> remove_stale(const std::string& socket) {
  if (::unlink(socket.c_str()) == 0 || errno == ENOENT) return {};
  return Unexpected(errno_error("a stale socket cannot be removed: " + socket));
}

Result<RuntimeDir> RuntimeDir::acquire(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();  // behind a slash, a symbolic link is followed
  if (auto made = make_directory(path); !made) return Unexpected(made.error());
  if (auto checked = check_directory(path); !checked) return Unexpected(checked.error());
  auto lock = lock_file(path);
  if (!lock) return Unexpected(lock.error());
  return RuntimeDir(std::move(path), std::move(*lock));
}

RuntimeDir::~RuntimeDir() {
  if (lock_) ::unlink(file(kLockFile).c_str());
}

}  // namespace belfry::supervisor
