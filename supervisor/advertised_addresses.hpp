// Under which addresses other machines reach this node: what `advertise` says, else the listen addresses, with this
// machine's own address in place of a wildcard. All have the same host; further ones are further ports, as many as an
// announcement has room for.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace belfry::supervisor {

// `listen`: with real ports. `own_address`: of this machine, by address family (AF_INET, AF_INET6); "" where it has
// none but loopback ones. At least one address.
std::vector<std::string> advertised_addresses(const std::string& advertise, const std::vector<std::string>& listen,
                                              const std::function<std::string(int family)>& own_address);

// The first address of an interface that is up, is no loopback, and is not link-local: "192.0.2.7", "[2001:db8::7]".
std::string own_interface_address(int family);

}  // namespace belfry::supervisor
