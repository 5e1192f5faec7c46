// What belfry demands of a request beyond its grammar, so that no proxy in front can read it differently (request
// smuggling): one Host, no Transfer-Encoding, one plain Content-Length, no folded lines. RFC 9110 and 9112 give the
// status for each.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "worker/http/refusal.hpp"
#include "worker/http/request.hpp"

namespace belfry::http {

// Before parsing: looks at the raw bytes of a complete head.
std::optional<Refusal> check_raw_head(std::string_view head);

std::optional<Refusal> check_policy(const Request& request);

// Of a request that passed; 0 without the field, nullopt when the number is beyond 64 bits.
std::optional<std::uint64_t> content_length(const Request& request);

}  // namespace belfry::http
