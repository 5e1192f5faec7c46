#include "worker/ws/handshake.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace belfry::ws {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, section 1.3

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

// 16 bytes in base64: 22 characters and two pads.
bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), is_base64);
}

std::string accept_value(std::string_view key) {
  const std::string text = std::string(key).append(kGuid);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 29> encoded;
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), digest.size());
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

std::string_view without_scheme(std::string_view origin) {
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos ? origin : origin.substr(scheme + 3);
}

std::string_view without_port(std::string_view host) {
  const auto colon = host.rfind(':');
  const auto bracket = host.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return host;
  return host.substr(0, colon);
}

}  // namespace

std::optional<http::Refusal> check_upgrade(const http::Request& request) {
  if (request.method != "GET") return http::Refusal{405, "a WebSocket is opened with GET", "Allow: GET"};
  if (!request.has_token("upgrade", "websocket"))
    return http::Refusal{426, "only WebSocket is spoken at this path", "Upgrade: websocket\r\nConnection: Upgrade"};
  if (request.version < 11) return http::Refusal{400, "a WebSocket needs HTTP/1.1", ""};
  if (!request.has_token("connection", "upgrade")) return http::Refusal{400, "Connection does not say Upgrade", ""};
  const auto version = request.field("sec-websocket-version");
  if (request.count("sec-websocket-version") != 1 || *version != "13")
    return http::Refusal{426, "only version 13 of WebSocket is spoken", "Sec-WebSocket-Version: 13"};
  const auto key = request.field("sec-websocket-key");
  if (request.count("sec-websocket-key") != 1 || !is_key(*key))
    return http::Refusal{400, "Sec-WebSocket-Key is not 16 bytes in base64", ""};
  return std::nullopt;
}

net::SharedBytes encode_switching_protocols(const http::Request& request) {
  std::string text =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";
  return net::SharedBytes::copy_of(text.append(accept_value(*request.field("sec-websocket-key"))).append("\r\n\r\n"));
}

std::string_view host_of_origin(std::string_view origin) { return without_port(without_scheme(origin)); }

bool origin_is_allowed(const http::Request& request, const std::vector<std::string>& allowed) {
  const auto origin = request.field("origin");
  if (!origin) return true;
  const std::string_view origin_host = host_of_origin(*origin);
  const auto host = request.field("host");
  if (host && http::equal_ignoring_case(origin_host, without_port(*host))) return true;
  return std::ranges::any_of(allowed, [&](const std::string& one) {
    return one == "*" || http::equal_ignoring_case(one, *origin) || http::equal_ignoring_case(one, origin_host);
  });
}

}  // namespace belfry::ws
