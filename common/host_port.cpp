#include "common/host_port.hpp"

#include "common/socket_address.hpp"

namespace belfry {

HostPort split_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

bool is_loopback_address(std::string_view text) {
  auto address = parse_socket_address(text);
  return address && address->is_loopback();
}

bool is_wildcard_host(std::string_view host) { return host == "0.0.0.0" || host == "[::]"; }

}  // namespace belfry
