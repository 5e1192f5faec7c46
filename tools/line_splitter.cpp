#include "tools/line_splitter.hpp"

#include <utility>

namespace belfry::tools {

LineSplitter::LineSplitter(LineHandler on_line) : on_line_(std::move(on_line)) {}

void LineSplitter::feed(std::string_view bytes) {
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    unfinished_ += bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    on_line_(std::exchange(unfinished_, {}));
  }
  unfinished_ += bytes;
}

void LineSplitter::finish() {
  if (!unfinished_.empty()) on_line_(std::exchange(unfinished_, {}));
}

}  // namespace belfry::tools
