// Parses one complete request head with Boost.Beast, behind which stands the strict policy of belfry (policy.hpp).
#pragma once

#include <string_view>
#include <variant>

#include "worker/http/refusal.hpp"
#include "worker/http/request.hpp"

namespace belfry::http {

// `head` ends with the empty line and outlives the Request.
std::variant<Request, Refusal> parse_head(std::string_view head);

}  // namespace belfry::http
