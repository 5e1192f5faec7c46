// All metrics of a node, one declared row each, as Prometheus reads them. Pure.
#pragma once

#include <string>

#include "supervisor/cluster_status.hpp"

namespace belfry::supervisor {

// With this prefix, what Soketi counts too is there under Soketi's own spelling as well, so that its boards go on.
inline constexpr std::string_view kSoketiPrefix = "soketi_";

std::string metrics_text(const ClusterStatus& status, const std::string& prefix);

}  // namespace belfry::supervisor
