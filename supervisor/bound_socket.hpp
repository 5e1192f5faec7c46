// A TCP socket that is bound to an address of the configuration, not listening yet; an error says in the words of the
// configuration what is in the way.
#pragma once

#include <string_view>

#include "common/result.hpp"
#include "common/socket_address.hpp"
#include "common/unique_fd.hpp"

namespace belfry::supervisor {

enum class Sharing { alone, with_siblings };  // with_siblings: SO_REUSEPORT

// `option` names the address in errors ("listen").
Result<UniqueFd> bind_tcp(std::string_view option, const SocketAddress& address, Sharing sharing);
Error bind_error(std::string_view option, const SocketAddress& address, int error);

// With the port that the kernel chose.
SocketAddress local_address(int fd);

}  // namespace belfry::supervisor
