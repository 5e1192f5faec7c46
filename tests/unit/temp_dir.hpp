// A directory of a test's own under /tmp, gone with the object.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

namespace belfry {

class TempDir {
 public:
  TempDir() {
    std::string name = "/tmp/belfry-unit-" + std::string(6, 'X');  // for mkdtemp(3) to fill in
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  TempDir(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace belfry
