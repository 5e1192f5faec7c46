// Who a request comes from by what proxies wrote into it: Forwarded (RFC 7239) and X-Forwarded-For. Each proxy appends
// the address that it was called from, so that a list is believed from its end, as far as those who wrote are trusted;
// what a client wrote itself stands in front and is never reached. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "common/ip_address.hpp"
#include "worker/http/request.hpp"

namespace belfry::http {

using Trusts = std::function<bool(const IpAddress&)>;

// The first address from the end that is not trusted, beginning with `peer`; where an entry is no address, the trusted
// one before it. X-Forwarded-For is what proxies write by themselves: where it is there, a Forwarded, which such a
// proxy passes on as the client sent it, counts for nothing.
IpAddress client_behind(const IpAddress& peer, const Request& request, const Trusts& trusts);

// One entry of X-Forwarded-For: an address, also with a port behind it.
std::optional<IpAddress> parse_forwarded_address(std::string_view entry);
// One element of Forwarded: the address of its `for`.
std::optional<IpAddress> parse_forwarded_element(std::string_view element);

}  // namespace belfry::http
