#include "tools/bench/sample.hpp"

namespace belfry::bench {

double Span::per_second(std::uint64_t Sample::*count) const {
  return static_cast<double>(end.*count - begin.*count) / seconds();
}

std::optional<double> Span::cpu_us_per(std::optional<std::uint64_t> Sample::*cpu, std::uint64_t count) const {
  if (!(begin.*cpu) || !(end.*cpu) || count == 0) return std::nullopt;
  return static_cast<double>(*(end.*cpu) - *(begin.*cpu)) / 1e3 / static_cast<double>(count);
}

std::optional<double> Span::cpu_share(std::optional<std::uint64_t> Sample::*cpu) const {
  if (!(begin.*cpu) || !(end.*cpu)) return std::nullopt;
  return static_cast<double>(*(end.*cpu) - *(begin.*cpu)) / 1e9 / seconds();
}

}  // namespace belfry::bench
