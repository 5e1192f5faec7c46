#include "tools/top/table.hpp"

#include <algorithm>

namespace belfry::tools {
namespace {

constexpr std::size_t kGap = 2;

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

std::size_t width_of_column(const TableColumn& column, const TableRows& rows, std::size_t index) {
  std::size_t width = column.title.size();
  for (const auto& row : rows) width = std::max(width, width_of(row[index]));
  return width;
}

std::size_t least_important(const std::vector<TableColumn>& columns, const std::vector<std::size_t>& shown) {
  return static_cast<std::size_t>(
      std::ranges::min_element(shown, {}, [&](std::size_t i) { return columns[i].importance; }) - shown.begin());
}

// Which columns there is room for, in their order.
std::vector<std::size_t> columns_within(const std::vector<TableColumn>& columns, const std::vector<std::size_t>& widths,
                                        std::size_t width) {
  std::vector<std::size_t> shown(columns.size());
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    shown[i] = i;
    total += widths[i] + (i == 0 ? 0 : kGap);
  }
  while (shown.size() > 1 && total > width) {
    const std::size_t place = least_important(columns, shown);
    total -= widths[shown[place]] + kGap;
    shown.erase(shown.begin() + static_cast<std::ptrdiff_t>(place));
  }
  return shown;
}

std::string padded(std::string_view text, std::size_t width, bool to_the_left) {
  const std::string space(width - std::min(width, width_of(text)), ' ');
  return to_the_left ? std::string(text) + space : space + std::string(text);
}

}  // namespace

std::vector<std::string> table_lines(const std::vector<TableColumn>& columns, const TableRows& rows,
                                     std::size_t width) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns.size(); ++i) widths.push_back(width_of_column(columns[i], rows, i));
  const std::vector<std::size_t> shown = columns_within(columns, widths, width);
  std::vector<std::string> lines(rows.size() + 1);
  for (const std::size_t i : shown)
    for (std::size_t row = 0; row < lines.size(); ++row) {
      if (i != shown.front()) lines[row].append(kGap, ' ');
      lines[row] += padded(row == 0 ? columns[i].title : rows[row - 1][i], widths[i], columns[i].is_text);
    }
  for (std::string& line : lines) line = cut_to(line, width);
  return lines;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string cut_to(std::string_view text, std::size_t width) {
  std::size_t size = 0;
  for (std::size_t characters = 0; size < text.size(); ++size)
    if (begins_character(text[size]) && characters++ == width) break;
  return std::string(text.substr(0, size));
}

}  // namespace belfry::tools
