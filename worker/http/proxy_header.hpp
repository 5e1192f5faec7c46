// The PROXY protocol, versions 1 and 2 (haproxy.org/download/2.6/doc/proxy-protocol.txt): what a proxy says, in front
// of the first byte of a connection, about whom it speaks for. Pure: looks at the bytes that have come so far and keeps
// nothing. It does not judge whether the speaker is to be believed (proxies.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/ip_address.hpp"

namespace belfry::http {

inline constexpr std::size_t kMaxProxyHeader = 4096;  // bytes; one of version 1 has 107 at most

struct ProxyHeader {
  enum class Verdict {
    not_one,
    undecided,   // too few bytes to tell
    incomplete,  // it is one
    malformed,   // likewise
    complete,
  };

  Verdict verdict = Verdict::not_one;
  std::size_t size = 0;          // once complete: bytes before those of the connection itself
  IpAddress client = {};         // once complete; none: the peer speaks for itself, or for somebody whom it cannot name
  bool for_somebody = false;     // once complete: it does not speak for itself
  std::string_view reason = {};  // of malformed
};

ProxyHeader parse_proxy_header(std::span<const std::uint8_t> bytes);

}  // namespace belfry::http
