#include "worker/http/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace belfry::http {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Verdict = ProxyHeader::Verdict;

constexpr std::string_view kV1Signature = "PROXY ";
constexpr std::size_t kMaxV1 = 107;
constexpr std::string_view kV2Signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kV2Fixed = 16;
constexpr std::size_t kTlvFixed = 3;

// The second half of the byte of family and transport is the transport: unspecified, stream or datagram.
constexpr unsigned kUnspecified = 0, kInet = 1, kInet6 = 2, kUnix = 3;
constexpr unsigned kMostTransport = 2;
constexpr unsigned kLocal = 0, kProxy = 1;

ProxyHeader malformed(std::string_view reason) { return {.verdict = Verdict::malformed, .reason = reason}; }
ProxyHeader complete(std::size_t size, const IpAddress& client) { return {Verdict::complete, size, client, true, {}}; }
ProxyHeader for_nobody_known(std::size_t size) { return complete(size, {}); }
ProxyHeader for_itself(std::size_t size) { return {Verdict::complete, size, {}, false, {}}; }

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// ---- version 1: "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n"

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size();
}

// The address in the form of the line's family; mapped ones are IPv6 here.
std::optional<IpAddress> address_of(std::string_view text, bool v6) {
  return (text.find(':') != std::string_view::npos) == v6 ? parse_ip_address(text) : std::nullopt;
}

ProxyHeader parse_v1_line(std::string_view line, std::size_t size) {
  std::array<std::string_view, 5> words;  // protocol, source, destination, their ports
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t space = i + 1 < words.size() ? line.find(' ') : line.size();
    words[i] = line.substr(0, space);
    if (words[0] == "UNKNOWN") return for_nobody_known(size);
    if (space == std::string_view::npos) return malformed("not the five words of a PROXY line");
    line.remove_prefix(std::min(space + 1, line.size()));
  }
  const bool v6 = words[0] == "TCP6";
  if (!v6 && words[0] != "TCP4") return malformed("a protocol other than TCP4, TCP6 and UNKNOWN");
  const auto source = address_of(words[1], v6), destination = address_of(words[2], v6);
  if (!source || !destination) return malformed("not an address of the family that is named");
  if (!is_port(words[3]) || !is_port(words[4])) return malformed("not a port");
  return complete(size, *source);
}

ProxyHeader parse_v1(std::string_view text) {
  const std::size_t end = text.substr(0, kMaxV1).find("\r\n");
  if (end != std::string_view::npos)
    return parse_v1_line(text.substr(kV1Signature.size(), end - kV1Signature.size()), end + 2);
  if (text.size() >= kMaxV1) return malformed("a line longer than 107 bytes");
  return {.verdict = Verdict::incomplete};
}

// ---- version 2: 16 fixed bytes, addresses, and behind them type-length-value triples, in which nothing is needed

std::size_t addresses_size(unsigned family) {
  switch (family) {
    case kInet: return 12;
    case kInet6: return 36;
    case kUnix: return 216;
    default: return 0;
  }
}

bool are_whole_tlvs(Bytes tlvs) {
  while (!tlvs.empty()) {
    if (tlvs.size() < kTlvFixed) return false;
    const std::size_t size = kTlvFixed + (std::size_t{tlvs[1]} << 8 | tlvs[2]);
    if (tlvs.size() < size) return false;
    tlvs = tlvs.subspan(size);
  }
  return true;
}

ProxyHeader parse_v2(Bytes bytes) {
  if (bytes.size() > 12 && bytes[12] >> 4 != 2) return malformed("a version other than 2");
  if (bytes.size() < kV2Fixed) return {.verdict = Verdict::incomplete};
  const unsigned command = bytes[12] & 0xf, family = bytes[13] >> 4, transport = bytes[13] & 0xf;
  const std::size_t size = kV2Fixed + (std::size_t{bytes[14]} << 8 | bytes[15]);
  if (command > kProxy) return malformed("a command other than LOCAL and PROXY");
  if (size > kMaxProxyHeader) return malformed("longer than 4 KiB");
  if (bytes.size() < size) return {.verdict = Verdict::incomplete};
  if (command == kLocal) return for_itself(size);
  if (family > kUnix || transport > kMostTransport) return malformed("an unknown address family or transport");
  if (family == kUnspecified || transport == kUnspecified) return for_nobody_known(size);
  const Bytes payload = bytes.subspan(kV2Fixed, size - kV2Fixed);
  if (payload.size() < addresses_size(family)) return malformed("shorter than the addresses of its family");
  if (!are_whole_tlvs(payload.subspan(addresses_size(family)))) return malformed("a field that reaches beyond its end");
  if (family == kInet) return complete(size, v4_address(payload.first<4>()));
  if (family == kInet6) return complete(size, v6_address(payload.first<16>()));
  return for_nobody_known(size);
}

bool begins_like(std::string_view text, std::string_view signature) {
  return text.substr(0, signature.size()) == signature.substr(0, text.size());
}

}  // namespace

ProxyHeader parse_proxy_header(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  if (text.starts_with(kV1Signature)) return parse_v1(text);
  if (text.starts_with(kV2Signature)) return parse_v2(bytes);
  if (begins_like(text, kV1Signature) || begins_like(text, kV2Signature)) return {.verdict = Verdict::undecided};
  return {};
}

}  // namespace belfry::http
