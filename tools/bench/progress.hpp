// What a run does at the moment, on stderr, once a second: on a terminal a line that is written over, else a line each.
#pragma once

#include <cstdint>
#include <string_view>

namespace belfry::bench {

class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress();  // the line is ended
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  bool is_due(std::uint64_t now_ns);  // true once a second
  void show(std::string_view line);

 private:
  bool quiet_;
  bool is_terminal_;
  bool is_unfinished_ = false;
  std::uint64_t next_ns_;
};

}  // namespace belfry::bench
