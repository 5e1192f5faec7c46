#include "tools/ws_url.hpp"

#include <arpa/inet.h>
#include <strings.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace belfry::tools {
namespace {

constexpr std::uint16_t kPlainPort = 80;
constexpr std::uint16_t kTlsPort = 443;

Unexpected malformed(std::string_view url, std::string_view reason) {
  return Unexpected("URL \"" + std::string(url) + "\": " + std::string(reason));
}

bool is_url_character(char c) {
  return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
}

bool is_host_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';
}

bool is_ipv6_address(const std::string& text) {
  in6_addr address;
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

// A protocol without TLS, and with it.
struct Schemes {
  const char* plain;
  const char* tls;
};

// One of the two in any case; sets tls and the default port.
bool read_scheme(std::string_view scheme, const Schemes& schemes, WsUrl& url) {
  const std::string name(scheme);
  url.tls = strcasecmp(name.c_str(), schemes.tls) == 0;
  url.port = url.tls ? kTlsPort : kPlainPort;
  return url.tls || strcasecmp(name.c_str(), schemes.plain) == 0;
}

bool read_port(std::string_view digits, WsUrl& url) {
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
  return failure == std::errc() && end == digits.data() + digits.size() && url.port != 0;
}

// The reason why `authority` is not host[:port], or nothing.
std::string_view read_authority(std::string_view authority, WsUrl& url) {
  if (authority.find('@') != std::string_view::npos) return "a user name or password has no place in it";
  const bool bracketed = authority.starts_with('[');
  const auto host_end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && host_end == std::string_view::npos) return "the address lacks its closing bracket";

  url.host = bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
  if (url.host.empty()) return "the host is missing";
  if (bracketed && !is_ipv6_address(url.host)) return "what the brackets hold is not an IPv6 address";
  if (!bracketed && !std::all_of(url.host.begin(), url.host.end(), is_host_character)) {
    return "the host has a character that no host name has";
  }

  const auto rest = host_end == std::string_view::npos ? "" : authority.substr(host_end + (bracketed ? 1 : 0));
  if (rest.empty()) return "";
  if (rest.front() != ':') return "only :port may follow the address";
  return read_port(rest.substr(1), url) ? "" : "the port is not a number from 1 to 65535";
}

Result<WsUrl> parse(std::string_view text, const Schemes& schemes) {
  WsUrl url;
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || !read_scheme(text.substr(0, scheme_end), schemes, url)) {
    return malformed(text, std::string("it must begin with ") + schemes.plain + ":// or " + schemes.tls + "://");
  }
  if (!std::all_of(text.begin(), text.end(), is_url_character)) {
    return malformed(text, "it has a character that must be percent-encoded");
  }
  if (text.find('#') != std::string_view::npos)
    return malformed(text, "it has a fragment (#), which means nothing to a server");

  const auto rest = text.substr(scheme_end + 3);
  const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
  if (const auto reason = read_authority(rest.substr(0, authority_end), url); !reason.empty()) {
    return malformed(text, reason);
  }
  const auto target = rest.substr(authority_end);
  url.target += target.starts_with('/') ? target.substr(1) : target;  // behind the "/" that it begins with
  return url;
}

}  // namespace

std::string WsUrl::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (tls ? kTlsPort : kPlainPort) ? name : name + ":" + std::to_string(port);
}

std::string WsUrl::to_string() const { return (tls ? "wss://" : "ws://") + authority() + target; }

Result<WsUrl> parse_ws_url(std::string_view text) { return parse(text, {"ws", "wss"}); }

Result<WsUrl> parse_http_url(std::string_view text) { return parse(text, {"http", "https"}); }

}  // namespace belfry::tools
