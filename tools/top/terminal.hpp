// The terminal as `belfry top` uses it: another screen, no echo, keys as they come. As it was before when the object
// dies.
#pragma once

#include <termios.h>

#include <optional>
#include <string>
#include <vector>

#include "tools/top/screen.hpp"

namespace belfry::tools {

class TopTerminal {
 public:
  // Standard output is a terminal that can move its cursor.
  static bool is_there();

  TopTerminal();
  ~TopTerminal();
  TopTerminal(const TopTerminal&) = delete;
  TopTerminal& operator=(const TopTerminal&) = delete;

  ScreenSize size() const;
  // false: it takes no more.
  bool draw(const std::vector<ScreenLine>& lines) const;

 private:
  std::optional<termios> before_;
  bool colours_;
};

}  // namespace belfry::tools
