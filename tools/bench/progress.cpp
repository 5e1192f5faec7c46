#include "tools/bench/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "tools/bench/monotonic.hpp"

namespace belfry::bench {

Progress::Progress(bool quiet)
    : quiet_(quiet), is_terminal_(::isatty(STDERR_FILENO) == 1), next_ns_(now_ns() + kSecond) {}

Progress::~Progress() {
  if (is_unfinished_) std::fputs("\n", stderr);
}

bool Progress::is_due(std::uint64_t now_ns) {
  if (quiet_ || now_ns < next_ns_) return false;
  next_ns_ = now_ns + kSecond;
  return true;
}

// Not fmt::print(), which throws when whoever reads stderr has gone.
void Progress::show(std::string_view line) {
  const std::string text(line);
  std::fputs((is_terminal_ ? "\r\x1b[K" + text : text + "\n").c_str(), stderr);
  is_unfinished_ = is_terminal_;
}

}  // namespace belfry::bench
