#include "common/cidr.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <charconv>
#include <string>

namespace belfry {

Result<Cidr> parse_cidr(std::string_view text) {
  const auto wrong = [&](std::string_view reason) {
    return Unexpected("\"" + std::string(text) + "\": " + std::string(reason) +
                      ", expected a range such as \"10.0.0.0/8\"");
  };
  const auto slash = text.find('/');
  const std::string address(text.substr(0, slash));
  Cidr cidr;
  cidr.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  const unsigned width = cidr.family == AF_INET ? 32 : 128;
  if (address.find('\0') != std::string::npos || ::inet_pton(cidr.family, address.c_str(), cidr.bytes.data()) != 1)
    return wrong("it does not begin with a numeric address");
  cidr.prefix_bits = width;
  if (slash == std::string_view::npos) return cidr;
  const std::string_view bits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), cidr.prefix_bits);
  if (error != std::errc() || end != bits.data() + bits.size() || cidr.prefix_bits > width)
    return wrong("the number behind \"/\" is not one from 0 to " + std::to_string(width));
  return cidr;
}

}  // namespace belfry
