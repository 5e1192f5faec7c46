// Counts and CPU times of a run at one moment, and what happened between two of them.
#pragma once

#include <cstdint>
#include <optional>

namespace belfry::bench {

struct Sample {
  std::uint64_t at_ns = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t opened = 0;
  std::uint64_t closed = 0;
  std::uint64_t pongs = 0;
  std::optional<std::uint64_t> server_cpu_ns;
  std::optional<std::uint64_t> redis_cpu_ns;
  std::optional<std::uint64_t> generator_cpu_ns;
};

struct Span {
  Sample begin;
  Sample end;

  double seconds() const { return static_cast<double>(end.at_ns - begin.at_ns) / 1e9; }
  double per_second(std::uint64_t Sample::*count) const;
  // CPU time of all of them over all that was counted; nullopt where either is not known.
  std::optional<double> cpu_us_per(std::optional<std::uint64_t> Sample::*cpu, std::uint64_t count) const;
  std::optional<double> cpu_share(std::optional<std::uint64_t> Sample::*cpu) const;  // 1: one core
};

}  // namespace belfry::bench
