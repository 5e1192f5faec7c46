#include "supervisor/exposition.hpp"

#include <fmt/format.h>

#include <iterator>

namespace belfry::supervisor {
namespace {

constexpr double kNsPerSecond = 1e9;

// In a HELP line a quote stands for itself.
std::string escaped(std::string_view text, bool is_label) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += "\\n";
    else if (c == '\\') out += "\\\\";
    else if (c == '"' && is_label) out += "\\\"";
    else out += c;
  }
  return out;
}

std::string seconds_text(std::uint64_t ns) { return fmt::format("{}", static_cast<double>(ns) / kNsPerSecond); }

}  // namespace

void Exposition::begin_family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = prefix_ + std::string(name);
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name_, escaped(help, false), name_, type);
}

void Exposition::add(const Labels& labels, std::uint64_t value) { add_line("", labels, fmt::format("{}", value)); }

void Exposition::add(const Labels& labels, double value) { add_line("", labels, fmt::format("{}", value)); }

void Exposition::add(const Labels& labels, const Histogram& histogram) {
  Labels with_bound = labels;
  with_bound.emplace_back("le", "");
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < std::size(histogram.buckets); ++i) {
    count += histogram.buckets[i];
    with_bound.back().second = i < std::size(kHistogramBoundsNs) ? seconds_text(kHistogramBoundsNs[i]) : "+Inf";
    add_line("_bucket", with_bound, fmt::format("{}", count));
  }
  add_line("_sum", labels, seconds_text(histogram.sum_ns));
  add_line("_count", labels, fmt::format("{}", count));
}

void Exposition::add_line(std::string_view suffix, const Labels& labels, std::string_view value) {
  text_.append(name_).append(suffix);
  char before = '{';
  for (const auto& [name, label] : labels) {
    text_.append(1, std::exchange(before, ',')).append(name);
    text_.append("=\"").append(escaped(label, true)).append("\"");
  }
  if (!labels.empty()) text_ += '}';
  text_.append(" ").append(value).append("\n");
}

}  // namespace belfry::supervisor
