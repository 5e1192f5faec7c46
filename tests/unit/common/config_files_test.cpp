#include "common/config_files.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/unit/temp_dir.hpp"

using namespace belfry;

namespace {

std::string touch(const std::filesystem::path& path) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << "";
  return path;
}

Environment nothing() {
  return [](const std::string&) { return std::nullopt; };
}

Environment with_credentials(const std::filesystem::path& directory) {
  return [directory](const std::string& name) -> std::optional<std::string> {
    return name == "CREDENTIALS_DIRECTORY" ? std::optional(directory.string()) : std::nullopt;
  };
}

}  // namespace

TEST_CASE("the named file, then belfry.d beside it in lexical order, then the credentials") {
  const TempDir directory;
  const std::string file = touch(directory.path() / "main.toml");
  const std::string ten = touch(directory.path() / "belfry.d" / "10-apps.toml");
  const std::string two = touch(directory.path() / "belfry.d" / "2-apps.toml");
  const std::string secret = touch(directory.path() / "credentials" / "apps.toml");
  auto files = config_files(file, with_credentials(directory.path() / "credentials"));
  REQUIRE(files);
  CHECK(*files == std::vector{file, ten, two, secret});
}

TEST_CASE("only names that end in .toml and begin with no dot are read") {
  const TempDir directory;
  const std::string file = touch(directory.path() / "belfry.toml");
  for (const char* name : {"10.toml~", ".10.toml.swp", ".hidden.toml", "10.toml.dpkg-dist", "toml"})
    touch(directory.path() / "belfry.d" / name);
  auto files = config_files(file, nothing());
  REQUIRE(files);
  CHECK(*files == std::vector{file});
}

TEST_CASE("directories that do not exist hold no files") {
  const TempDir directory;
  const std::string file = touch(directory.path() / "belfry.toml");
  auto files = config_files(file, with_credentials(directory.path() / "none"));
  REQUIRE(files);
  CHECK(*files == std::vector{file});
}

TEST_CASE("a belfry.d that everybody can write is refused") {
  const TempDir directory;
  const std::string file = touch(directory.path() / "belfry.toml");
  touch(directory.path() / "belfry.d" / "10.toml");
  REQUIRE(::chmod((directory.path() / "belfry.d").c_str(), 0777) == 0);
  auto files = config_files(file, nothing());
  REQUIRE_FALSE(files);
  CHECK(files.error().message.find("belfry.d can be written by everybody") != std::string::npos);
}

TEST_CASE("a belfry.d that is no directory is named") {
  const TempDir directory;
  const std::string file = touch(directory.path() / "belfry.toml");
  touch(directory.path() / "belfry.d");
  auto files = config_files(file, nothing());
  REQUIRE_FALSE(files);
  CHECK(files.error().message.find("belfry.d: Not a directory") != std::string::npos);
}

TEST_CASE("a belfry.d of somebody else is refused only where everybody could have made it") {
  if (::geteuid() != 0) return;  // cannot give it away
  const TempDir directory;
  const std::string file = touch(directory.path() / "belfry.toml");
  touch(directory.path() / "belfry.d" / "10.toml");
  REQUIRE(::chown((directory.path() / "belfry.d").c_str(), 64'002, 64'002) == 0);
  REQUIRE(::chmod(directory.path().c_str(), 0755) == 0);
  CHECK(config_files(file, nothing()));
  REQUIRE(::chmod(directory.path().c_str(), 01777) == 0);
  auto files = config_files(file, nothing());
  REQUIRE_FALSE(files);
  CHECK(files.error().message.find("belfry.d belongs to another user (uid 64002)") != std::string::npos);
}
