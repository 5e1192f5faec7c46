// Bytes in, lines out: a line ends at "\n", which is not part of it. The last one may lack it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace belfry::tools {

class LineSplitter {
 public:
  using LineHandler = std::function<void(std::string_view)>;

  explicit LineSplitter(LineHandler on_line);

  void feed(std::string_view bytes);
  void finish();  // end of input: what is left is a line, unless nothing is left

 private:
  LineHandler on_line_;
  std::string unfinished_;
};

}  // namespace belfry::tools
