// A directory that stands for "/" in a test: a /proc and a /sys of its own, gone with the object.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/temp_dir.hpp"

namespace belfry {

class FakeRoot {
 public:
  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((path() / file).parent_path());
    std::ofstream(path() / file) << text;
  }
  const std::filesystem::path& path() const { return directory_.path(); }

 private:
  TempDir directory_;
};

}  // namespace belfry
