#include "tools/manual/roff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace belfry::tools {
namespace {

// Text within a line: groff reads a bare "-" as a hyphen and "\" as the start of an escape.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char byte : text) {
    if (byte == '\\') safe += "\\e";
    else if (byte == '-') safe += "\\-";
    else if (byte == '~') safe += "\\(ti";
    else if (byte == '^') safe += "\\(ha";
    else safe += byte;
  }
  return safe;
}

std::string in_quotes(std::string_view text) {
  std::string safe = "\"";
  for (const char byte : escaped(text)) safe += byte == '"' ? std::string("\\(dq") : std::string(1, byte);
  return safe + "\"";
}

}  // namespace

Roff::Roff(std::string_view title, int section, std::string_view source)
    : page_(fmt::format(".\\\" Made by `belfry manual {}`.\n.TH {} {} \"\" {} {}\n", section, in_quotes(title), section,
                        in_quotes(source), in_quotes("belfry"))) {}

Roff& Roff::macro(std::string_view name, std::string_view argument) {
  page_.append(".").append(name);
  if (!argument.empty()) page_.append(" ").append(in_quotes(argument));
  page_ += '\n';
  return *this;
}

// A line that begins with a dot or a quote would be a macro.
Roff& Roff::text(std::string_view text) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = escaped(text.substr(begin, end - begin));
    if (line.starts_with('.') || line.starts_with('\'')) page_ += "\\&";
    page_.append(line).append("\n");
    begin = end + 1;
  }
  return *this;
}

Roff& Roff::section(std::string_view name) { return macro("SH", name); }
Roff& Roff::subsection(std::string_view name) { return macro("SS", name); }
Roff& Roff::paragraph(std::string_view words) { return macro("PP").text(words); }
Roff& Roff::item(std::string_view tag, std::string_view words) { return macro("TP").macro("B", tag).text(words); }
Roff& Roff::example(std::string_view words) {
  return macro("PP").macro("nf").macro("RS", "").text(words).macro("RE").macro("fi");
}

}  // namespace belfry::tools
