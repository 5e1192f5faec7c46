// The text that Prometheus reads, format 0.0.4: families with HELP and TYPE, and their samples. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/histogram.hpp"

namespace belfry::supervisor {

class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;

  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  // `prefix` stands in front of every name.
  explicit Exposition(std::string prefix) : prefix_(std::move(prefix)) {}

  // What follows are its samples. `type`: counter, gauge, histogram or untyped.
  void begin_family(std::string_view name, std::string_view type, std::string_view help);
  void add(const Labels& labels, std::uint64_t value);
  void add(const Labels& labels, double value);
  void add(const Labels& labels, const Histogram& histogram);

  std::string take() { return std::move(text_); }

 private:
  void add_line(std::string_view suffix, const Labels& labels, std::string_view value);

  std::string prefix_;
  std::string name_;  // of the family, with the prefix
  std::string text_;
};

}  // namespace belfry::supervisor
