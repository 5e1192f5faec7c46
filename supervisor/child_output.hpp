// What a child writes to its standard output and error: read line by line, logged for debugging, the last line
// remembered for the child's obituary.
#pragma once

#include <uv.h>

#include <memory>
#include <string>

#include "common/result.hpp"
#include "common/unique_fd.hpp"
#include "common/uv_handle.hpp"

namespace belfry::supervisor {

class ChildOutput {
 public:
  // `child` stands in the log lines.
  static Result<std::unique_ptr<ChildOutput>> open(uv_loop_t* loop, std::string child);

  // The end for the child; the caller closes the parent's copy with release_child_end() once the child has it.
  int child_end() const { return child_end_.get(); }
  void release_child_end() { child_end_.reset(); }
  // Reads what is there.
  void drain();
  const std::string& last_line() const { return last_line_; }

 private:
  ChildOutput(uv_loop_t* loop, std::string child, UniqueFd own_end, UniqueFd child_end);
  void take(std::string_view text);

  std::string child_;
  UniqueFd own_end_;
  UniqueFd child_end_;
  UvPoll poll_;
  std::string unfinished_;
  std::string last_line_;
};

}  // namespace belfry::supervisor
