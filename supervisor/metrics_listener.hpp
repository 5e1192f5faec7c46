// The socket on which Prometheus finds the node (metrics.listen), and why there is none.
#pragma once

#include <string>

#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry::supervisor {

inline constexpr std::string_view kMetricsAuto = "auto";
inline constexpr std::string_view kMetricsDefault = "127.0.0.1:9601";

struct MetricsListener {
  UniqueFd socket;      // listening; none: nobody is to find the node there
  std::string address;  // with the real port
  std::string refusal;  // why the default address could not be had

  // "auto" is the default address where that is free: several nodes of one machine start with it, and only the first
  // has it. What the configuration names must be free.
  static Result<MetricsListener> open(const std::string& listen);
};

}  // namespace belfry::supervisor
