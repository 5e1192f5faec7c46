#include "tools/bench/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/bench/monotonic.hpp"

namespace belfry::bench {
namespace {

struct Percentile {
  double percent;
  const char* name;
};

constexpr std::array kPercentiles = {Percentile{50, "p50"}, Percentile{90, "p90"}, Percentile{99, "p99"},
                                     Percentile{99.9, "p99.9"}};

double milliseconds(std::uint64_t ns) { return static_cast<double>(ns) / kMillisecond; }

// Three digits that count: what is measured here is not known better.
double rounded(double value) {
  if (value == 0) return 0;
  const double scale = std::pow(10, 3 - std::ceil(std::log10(std::fabs(value))));
  return scale > 1 ? std::round(value * scale) / scale : std::round(value);
}

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t i = text.size(); i > 3;) text.insert(i -= 3, 1, ',');
  return text;
}

std::string number_text(double value) {
  return value >= 1000 ? grouped(static_cast<std::uint64_t>(std::llround(value))) : fmt::format("{}", rounded(value));
}

}  // namespace

void Report::text(std::string_view path, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  at(path) = value;
  line(label, std::string(value));
}

void Report::count(std::string_view path, std::string_view label, std::uint64_t value) {
  at(path) = value;
  line(label, grouped(value));
}

void Report::number(std::string_view path, std::string_view label, std::optional<double> value, std::string_view unit) {
  if (!value || !std::isfinite(*value)) return;
  at(path) = rounded(*value);
  line(label, fmt::format("{}{}", number_text(*value), unit));
}

void Report::bytes(std::string_view path, std::string_view label, std::optional<std::uint64_t> value) {
  if (!value) return;
  at(path) = *value;
  line(label, grouped(*value) + " B");
}

void Report::latency(std::string_view path, std::string_view label, const Histogram& histogram) {
  if (histogram.count() == 0) return;
  nlohmann::ordered_json json = {{"count", histogram.count()}};
  std::string text;
  const auto add = [&](const char* name, std::uint64_t ns) {
    json[name] = rounded(milliseconds(ns));
    text += fmt::format("{}{} {}", text.empty() ? "" : "   ", name, number_text(milliseconds(ns)));
  };
  for (const auto& [percent, name] : kPercentiles) add(name, histogram.percentile(percent));
  add("max", histogram.max());
  at(path) = std::move(json);
  line(label, text + " ms");
}

void Report::flag(std::string_view path, std::string_view label, bool value) {
  at(path) = value;
  if (value) line(label, "yes");
}

std::string Report::lines() const {
  std::size_t width = 0;
  for (const auto& [label, value] : lines_) width = std::max(width, label.size());
  std::string text;
  for (const auto& [label, value] : lines_)
    text += label.empty() ? fmt::format("{}\n", value) : fmt::format("  {:<{}}  {}\n", label, width, value);
  return text;
}

nlohmann::ordered_json& Report::at(std::string_view path) {
  nlohmann::ordered_json* place = &json_;
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    place = &(*place)[std::string(path.substr(0, dot))];
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return *place;
}

void Report::line(std::string_view label, std::string value) {
  if (!label.empty()) lines_.emplace_back(label, std::move(value));
}

}  // namespace belfry::bench
