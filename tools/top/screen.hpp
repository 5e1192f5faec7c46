// A node's rates, laid out for a terminal of any size, or as one line where there is none. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/top/node_rates.hpp"

namespace belfry::tools {

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

struct ScreenLine {
  enum class Kind { plain, title, trouble };
  std::string text;
  Kind kind = Kind::plain;
};

// At most as many lines as there are rows, none wider than the columns. Where the rows do not suffice, the workers get
// half of them at least, and it is said how many are missing.
std::vector<ScreenLine> screen_lines(const NodeRates& node, ScreenSize size);

// For pipes and files: the titles, and a line of the node as a whole.
std::string summary_titles();
std::string summary_line(const NodeRates& node);

}  // namespace belfry::tools
