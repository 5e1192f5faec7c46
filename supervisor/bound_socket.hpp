// TCP sockets that are bound to addresses of the configuration; an error says in the words of the configuration what is
// in the way.
#pragma once

#include <string>
#include <string_view>

#include "common/result.hpp"
#include "common/socket_address.hpp"
#include "common/unique_fd.hpp"

namespace belfry::supervisor {

enum class Sharing { alone, with_siblings };  // with_siblings: SO_REUSEPORT

inline constexpr int kSideBacklog = 64;  // of doors for a few programs

// `option` names the address in errors ("listen"). Not listening yet.
Result<UniqueFd> bind_tcp(std::string_view option, const SocketAddress& address, Sharing sharing);
Error bind_error(std::string_view option, const SocketAddress& address, int error);

// Listening, for nobody else beside; `text` is the address, and gets the port that the kernel chose.
Result<UniqueFd> listen_alone(std::string_view option, std::string& text);

// With the port that the kernel chose.
SocketAddress local_address(int fd);

}  // namespace belfry::supervisor
