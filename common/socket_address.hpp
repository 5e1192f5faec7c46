// A numeric TCP address: "127.0.0.1:9000" or "[::1]:9000". Names are not resolved: a listener is bound to what is
// written.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.hpp"

namespace belfry {

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t length = 0;

  int family() const { return storage.ss_family; }
  std::uint16_t port() const;
  void set_port(std::uint16_t port);
  bool is_loopback() const;       // 127.0.0.0/8 or ::1
  std::string to_string() const;  // the form that parse_socket_address() reads
};

// Port 0 to 65535; 0 lets the kernel choose. The Error names the part that is wrong.
Result<SocketAddress> parse_socket_address(std::string_view text);

}  // namespace belfry
