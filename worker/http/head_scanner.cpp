#include "worker/http/head_scanner.hpp"

#include <algorithm>
#include <array>

namespace belfry::http {
namespace {

constexpr std::array<bool, 256> kText = [] {
  std::array<bool, 256> text{};
  for (std::size_t byte = 0; byte < text.size(); ++byte) text[byte] = (byte >= 0x20 && byte != 0x7f) || byte == '\t';
  return text;
}();

}  // namespace

HeadScanner::Verdict HeadScanner::scan(std::span<const std::uint8_t> head) {
  if (line_ends_ == 4) return Verdict::complete;
  while (scanned_ < head.size()) {
    if (scanned_ == kMaxHead) return Verdict::too_large;
    if (!accept(head[scanned_])) return Verdict::malformed;
    ++scanned_;
    if (line_ends_ == 4) return Verdict::complete;
    if (line_ends_ == 0) skip_text(head.first(std::min(head.size(), kMaxHead)));
  }
  return Verdict::need_more;
}

// What accept() would say yes to, within a line: nearly all bytes of a head.
void HeadScanner::skip_text(std::span<const std::uint8_t> head) {
  while (scanned_ < head.size() && kText[head[scanned_]]) ++scanned_;
}

// RFC 9112, section 2.2: lines end in CR LF. RFC 9110, section 5.5: CR, LF and NUL in a field value are dangerous; a
// server may refuse the other control characters.
bool HeadScanner::accept(std::uint8_t byte) {
  const bool after_cr = line_ends_ % 2 == 1;
  if (byte == '\n' && !after_cr) return reason_ = "a line ends in LF without CR", false;
  if (byte != '\n' && after_cr) return reason_ = "a CR without LF", false;
  if (byte == '\r' || byte == '\n') {
    if (scanned_ < 2) return reason_ = "no request line", false;
    ++line_ends_;
    return true;
  }
  line_ends_ = 0;
  if (!kText[byte]) return reason_ = "a control character in the head", false;
  return true;
}

}  // namespace belfry::http
