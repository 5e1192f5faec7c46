#include "common/redis_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/unix_address.hpp"

// No Error here quotes the URL: any part of a mistyped one may be a password.

namespace belfry {
namespace {

constexpr std::string_view kTcpScheme = "redis://";
constexpr std::string_view kTlsScheme = "rediss://";
constexpr std::string_view kUnixScheme = "unix://";
constexpr std::string_view kForms = "redis://[user:password@]host[:port][/database] or unix:///path";

// Splits `text` at `position`: what is in front stays in `text`, what is behind the separator is returned.
std::string_view cut(std::string_view& text, std::size_t position) {
  const std::string_view behind = text.substr(position + 1);
  text = text.substr(0, position);
  return behind;
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_control_character(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned char byte = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) return std::nullopt;
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

Result<void> parse_user_and_password(std::string_view text, RedisEndpoint& endpoint) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos)
    return Unexpected("a user needs a password; write redis://:password@host for a password alone");
  const auto password = percent_decode(cut(text, colon));
  const auto user = percent_decode(text);
  if (!user || !password) return Unexpected("\"%\" in user or password must start an escape such as %40");
  if (password->empty()) return Unexpected("the password is empty");
  endpoint.user = *user;
  endpoint.password = *password;
  return {};
}

Result<void> parse_host_and_port(std::string_view text, RedisEndpoint& endpoint) {
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return Unexpected("no \"]\" behind the IPv6 address");
    const std::string_view behind = cut(text, bracket);
    text.remove_prefix(1);
    if (!behind.empty() && behind[0] != ':') return Unexpected("only \":port\" may stand behind the IPv6 address");
    if (!behind.empty()) port = behind.substr(1);
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    port = cut(text, colon);
  }
  if (text.empty()) return Unexpected("no host");
  endpoint.host = text;
  if (port && (!parse_number(*port, endpoint.port) || endpoint.port == 0))
    return Unexpected("the port is not a number from 1 to 65535");
  return {};
}

Result<RedisEndpoint> parse_tcp(std::string_view rest) {
  RedisEndpoint endpoint;
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    const std::string_view database = cut(rest, slash);
    if (!database.empty() && !parse_number(database, endpoint.database))
      return Unexpected("the database behind the host is not a number (\"/\" in a password is written %2F)");
  }
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view host_and_port = cut(rest, at);
    if (auto parsed = parse_user_and_password(rest, endpoint); !parsed) return Unexpected(parsed.error());
    rest = host_and_port;
  }
  if (auto parsed = parse_host_and_port(rest, endpoint); !parsed) return Unexpected(parsed.error());
  return endpoint;
}

Result<RedisEndpoint> parse_unix(std::string_view escaped) {
  if (!escaped.starts_with('/'))
    return Unexpected("the path of the Unix socket is not absolute, expected unix:///path");
  auto path = percent_decode(escaped);
  if (!path) return Unexpected("\"%\" in the path of the Unix socket must start an escape such as %20");
  if (std::any_of(path->begin(), path->end(), is_control_character))
    return Unexpected("the path of the Unix socket holds a control character");
  if (path->size() > kLongestSocketPath)
    return Unexpected("the path of the Unix socket is longer than " + std::to_string(kLongestSocketPath) + " bytes");
  RedisEndpoint endpoint;
  endpoint.unix_path = std::move(*path);
  return endpoint;
}

// RFC 3986, section 2.3, and "/": what stands for itself in any part of a URL.
bool stands_for_itself(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("/-._~").find(c) != std::string_view::npos;
}

}  // namespace

std::string RedisEndpoint::to_string() const {
  if (!unix_path.empty()) return unix_redis_url(unix_path);
  const bool v6 = host.find(':') != std::string::npos;
  std::string text = std::string(kTcpScheme) + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
  if (database != 0) text += "/" + std::to_string(database);
  return text;
}

Result<RedisEndpoint> parse_redis_url(std::string_view url) {
  if (std::any_of(url.begin(), url.end(), [](char c) { return c == ' ' || is_control_character(c); }))
    return Unexpected("it holds a space or a control character");
  if (url.starts_with(kTlsScheme))
    return Unexpected("rediss:// (TLS to Redis) is not supported, expected " + std::string(kForms));
  if (url.starts_with(kUnixScheme)) return parse_unix(url.substr(kUnixScheme.size()));
  if (url.starts_with(kTcpScheme)) return parse_tcp(url.substr(kTcpScheme.size()));
  return Unexpected("unknown form, expected " + std::string(kForms));
}

std::string unix_redis_url(std::string_view path) {
  std::string url(kUnixScheme);
  for (const char c : path)
    if (stands_for_itself(c)) url += c;
    else url += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return url;
}

}  // namespace belfry
