#include "supervisor/runtime_dir.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/unit/temp_dir.hpp"

namespace belfry::supervisor {
namespace {

class RuntimeDirTest {
 public:
  RuntimeDirTest() : parent_(directory_.path()) {}

 protected:
  std::string made(mode_t mode) const {
    const std::string path = parent_ + "/dir";
    ::mkdir(path.c_str(), 0700);
    ::chmod(path.c_str(), mode);
    return path;
  }
  static std::string refusal(const std::string& path) {
    auto acquired = RuntimeDir::acquire(path);
    return acquired ? "" : acquired.error().message;
  }

  TempDir directory_;
  std::string parent_;
};

mode_t mode_of(const std::string& path) {
  struct stat status = {};
  ::stat(path.c_str(), &status);
  return status.st_mode & 07777;
}

TEST_CASE_FIXTURE(RuntimeDirTest, "a missing directory is made, closed to others, with its parents") {
  CHECK(refusal(parent_ + "/a/b/") == "");
  CHECK(mode_of(parent_ + "/a/b") == (::geteuid() == 0 ? 0750 : 0700));
}

TEST_CASE_FIXTURE(RuntimeDirTest, "an own directory that others can only read is taken") {
  for (const mode_t mode : {0700, 0750, 0755, 02750}) {
    CAPTURE(mode);
    CHECK(refusal(made(mode)) == "");
  }
}

TEST_CASE_FIXTURE(RuntimeDirTest, "a directory that others can write is refused with its mode") {
  for (const mode_t mode : {0770, 0702, 0777, 01777}) {
    CAPTURE(mode);
    CHECK(refusal(made(mode)).find("can be written by others") != std::string::npos);
  }
  CHECK(refusal(made(01777)).find("mode 1777") != std::string::npos);
}

TEST_CASE_FIXTURE(RuntimeDirTest, "a symbolic link to an own directory is refused, with a slash behind it too") {
  const std::string link = parent_ + "/link";
  std::filesystem::create_directory_symlink(made(0700), link);
  for (const char* behind : {"", "/", "//"}) CHECK(refusal(link + behind).find("symbolic link") != std::string::npos);
}

TEST_CASE_FIXTURE(RuntimeDirTest, "somebody else's directory is refused, to root as well") {
  const std::string path = ::geteuid() == 0 ? made(0700) : "/";
  if (::geteuid() == 0) REQUIRE(::chown(path.c_str(), 65534, 65534) == 0);
  CHECK(refusal(path).find("another user (uid ") != std::string::npos);
}

TEST_CASE_FIXTURE(RuntimeDirTest, "a file is no directory, and a locked one is in use") {
  const std::string file = parent_ + "/file";
  std::ofstream(file).put('x');
  CHECK(refusal(file).find("Not a directory") != std::string::npos);
  const std::string path = made(0700);
  auto first = RuntimeDir::acquire(path);
  REQUIRE(first);
  CHECK(refusal(path).find("in use by another supervisor") != std::string::npos);
}

TEST_CASE_FIXTURE(RuntimeDirTest, "a stale socket is taken away; where that fails, it is an error") {
  CHECK(remove_stale(parent_ + "/none.sock"));
  const std::string file = parent_ + "/stale.sock";
  std::ofstream(file).put('x');
  CHECK(remove_stale(file));
  CHECK_FALSE(std::filesystem::exists(file));
  CHECK(remove_stale(made(0700)).error().message.find("/dir") != std::string::npos);
}

}  // namespace
}  // namespace belfry::supervisor
