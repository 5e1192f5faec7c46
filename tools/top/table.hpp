// Rows under titles, as wide as their cells, in a given width: the least important columns go where there is no room
// for all. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::tools {

struct TableColumn {
  std::string_view title;
  bool is_text;    // to the left; numbers stand to the right
  int importance;  // the least goes first
};

using TableRows = std::vector<std::vector<std::string>>;  // a cell for each column

// The titles, then the rows. No line is wider than `width`.
std::vector<std::string> table_lines(const std::vector<TableColumn>& columns, const TableRows& rows, std::size_t width);

// In characters of a terminal, for plain text without wide ones.
std::size_t width_of(std::string_view text);
std::string cut_to(std::string_view text, std::size_t width);

}  // namespace belfry::tools
