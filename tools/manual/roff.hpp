// A manual page in man(7)'s macros, built line by line. Text is escaped; nothing that it holds is taken for a macro.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace belfry::tools {

class Roff {
 public:
  // TITLE is the name in capitals, `source` what stands at the foot of the page.
  Roff(std::string_view title, int section, std::string_view source);

  // The first section: whatis(1) wants the line right behind the heading.
  Roff& name(std::string_view line) { return section("NAME").text(line); }
  Roff& section(std::string_view name);
  Roff& subsection(std::string_view name);
  Roff& paragraph(std::string_view text);
  // A term and, indented, what it means. In `tag`, words are bold.
  Roff& item(std::string_view tag, std::string_view text);
  // As it is, in a constant width.
  Roff& example(std::string_view text);

  std::string take() { return std::move(page_); }

 private:
  Roff& macro(std::string_view name, std::string_view argument = "");
  Roff& text(std::string_view text);

  std::string page_;
};

}  // namespace belfry::tools
