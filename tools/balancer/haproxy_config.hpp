// A whole configuration of HAProxy (2.4 and newer) for a plan. Pure.
//
// Sessions go to the nodes behind a PROXY header, and a node that does not answer /ready gets none; requests of the
// HTTP API share connections, so that a field of theirs names the client in its place.
#pragma once

#include <string>

#include "tools/balancer/balancer_plan.hpp"

namespace belfry::tools {

std::string haproxy_config(const BalancerPlan& plan);

}  // namespace belfry::tools
