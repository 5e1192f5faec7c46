// A directory that stands for "/" in a test: a /proc and a /sys of its own, gone with the object.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace belfry {

class FakeRoot {
 public:
  ~FakeRoot() { std::filesystem::remove_all(path); }

  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((path / file).parent_path());
    std::ofstream(path / file) << text;
  }

  const std::filesystem::path path = ::mkdtemp(std::string("/tmp/belfry-XXXXXX").data());
};

}  // namespace belfry
