// What a run came to, said twice: as lines for people and as one JSON object for programs. What was not measured is in
// neither.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/bench/histogram.hpp"

namespace belfry::bench {

class Report {
 public:
  // `path` is where it stands in the JSON ("server.cpu_us"); an empty label: it is for programs only.
  void text(std::string_view path, std::string_view label, std::string_view value);
  void count(std::string_view path, std::string_view label, std::uint64_t value);
  void number(std::string_view path, std::string_view label, std::optional<double> value, std::string_view unit);
  void bytes(std::string_view path, std::string_view label, std::optional<std::uint64_t> value);
  void latency(std::string_view path, std::string_view label, const Histogram& histogram);
  void flag(std::string_view path, std::string_view label, bool value);  // a line only where it is true
  void heading(std::string_view words) { lines_.emplace_back("", words); }

  const nlohmann::ordered_json& json() const { return json_; }
  std::string lines() const;

 private:
  nlohmann::ordered_json& at(std::string_view path);
  void line(std::string_view label, std::string value);

  nlohmann::ordered_json json_ = nlohmann::ordered_json::object();
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace belfry::bench
