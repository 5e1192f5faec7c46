// A whole configuration of nginx (open source, 1.18 and newer) for a plan. Pure.
//
// nginx speaks the PROXY protocol to nodes only where it understands no HTTP, so that X-Forwarded-For names the client;
// and it asks no node whether it is ready: whoever finds a node gone or draining is sent to the next one.
#pragma once

#include <string>

#include "tools/balancer/balancer_plan.hpp"

namespace belfry::tools {

std::string nginx_config(const BalancerPlan& plan);

}  // namespace belfry::tools
