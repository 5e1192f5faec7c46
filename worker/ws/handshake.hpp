// The opening handshake, server side (RFC 6455, section 4.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/http/refusal.hpp"
#include "worker/http/request.hpp"
#include "worker/net/shared_bytes.hpp"

namespace belfry::ws {

// Why the request is no proper upgrade, or nullopt.
std::optional<http::Refusal> check_upgrade(const http::Request& request);

// The 101 response to a request that check_upgrade() passed.
net::SharedBytes encode_switching_protocols(const http::Request& request);

// RFC 6454 and RFC 6455, section 10.2: browsers always send Origin, others may leave it out and are let in. Allowed are
// the request's own host (whatever the port) and the `allowed` ones: "https://example.com", a host, or "*".
bool origin_is_allowed(const http::Request& request, const std::vector<std::string>& allowed);

// "example.com" of "https://example.com:8080".
std::string_view host_of_origin(std::string_view origin);

}  // namespace belfry::ws
