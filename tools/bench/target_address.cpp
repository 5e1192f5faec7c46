#include "tools/bench/target_address.hpp"

#include <netdb.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

namespace belfry::bench {

Result<SocketAddress> resolve_target(const tools::WsUrl& url) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &found);
  if (failure != 0) return Unexpected(Error{"cannot resolve " + url.host + ": " + gai_strerror(failure), EHOSTUNREACH});
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);

  const addrinfo* chosen = found;
  for (const addrinfo* entry = found; entry != nullptr && chosen->ai_family != AF_INET; entry = entry->ai_next)
    if (entry->ai_family == AF_INET) chosen = entry;
  SocketAddress address;
  std::memcpy(&address.storage, chosen->ai_addr, chosen->ai_addrlen);
  address.length = chosen->ai_addrlen;
  return address;
}

}  // namespace belfry::bench
