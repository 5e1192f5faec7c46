#include "common/cidr.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace belfry {
namespace {

constexpr unsigned kMappedBits = 96;  // in front of an IPv4 address within IPv6

unsigned width_of(const IpAddress& address) { return address.family == IpAddress::Family::v4 ? 32 : 128; }

}  // namespace

bool Cidr::contains(const IpAddress& address) const {
  if (address.family != first.family || address.is_none()) return false;
  const auto whole = static_cast<std::ptrdiff_t>(prefix_bits / 8);
  if (!std::equal(first.bytes.begin(), first.bytes.begin() + whole, address.bytes.begin())) return false;
  const unsigned rest = prefix_bits % 8;
  return rest == 0 || (first.bytes[prefix_bits / 8] ^ address.bytes[prefix_bits / 8]) >> (8 - rest) == 0;
}

Result<Cidr> parse_cidr(std::string_view text) {
  const auto wrong = [&](std::string_view reason) {
    return Unexpected("\"" + std::string(text) + "\": " + std::string(reason) +
                      ", expected a range such as \"10.0.0.0/8\"");
  };
  const auto slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const auto first = parse_ip_address(address);
  if (!first) return wrong("it does not begin with a numeric address");
  Cidr cidr = {*first, width_of(*first)};
  if (slash == std::string_view::npos) return cidr;
  const bool mapped = cidr.prefix_bits == 32 && address.find(':') != std::string_view::npos;
  const unsigned fewest = mapped ? kMappedBits : 0, most = fewest + cidr.prefix_bits;
  const std::string_view bits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), cidr.prefix_bits);
  if (error != std::errc() || end != bits.data() + bits.size() || cidr.prefix_bits < fewest || cidr.prefix_bits > most)
    return wrong("the number behind \"/\" is not one from " + std::to_string(fewest) + " to " + std::to_string(most));
  cidr.prefix_bits -= fewest;
  return cidr;
}

}  // namespace belfry
