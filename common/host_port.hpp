// "host:port" as nodes, balancers and the configuration write it: a numeric address or a name, IPv6 in brackets.
#pragma once

#include <string>
#include <string_view>

namespace belfry {

struct HostPort {
  std::string host;  // IPv6 with its brackets
  std::string port;
};

// At the last colon; `text` has one.
HostPort split_host_port(std::string_view text);

// A numeric loopback address; a name is none.
bool is_loopback_address(std::string_view text);

// "0.0.0.0" or "[::]".
bool is_wildcard_host(std::string_view host);

}  // namespace belfry
