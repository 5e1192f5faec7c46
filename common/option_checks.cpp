#include "common/option_checks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "common/cidr.hpp"
#include "common/redis_url.hpp"
#include "common/socket_address.hpp"

namespace belfry {
namespace {

template <typename T>
Result<void> without_value(const Result<T>& result) {
  return result ? Result<void>() : Unexpected(result.error());
}

// RFC 3986, pchar and "/", without escapes: what is compared with a request's path byte by byte.
bool is_url_path(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/-._~!$&'()*+,;=:@").find(c) != std::string_view::npos;
  });
}

Result<void> check_url_path(const std::string& text) {
  if (!text.starts_with('/')) return Unexpected("it does not begin with \"/\"");
  if (!is_url_path(text)) return Unexpected("it holds a character that the path of a URL cannot hold unescaped");
  return {};
}

constexpr std::size_t kLongestHost = 253;  // bytes; RFC 1035, section 2.3.4, without the dot at the end

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

}  // namespace

Result<void> check_listen_address(const std::string& text) { return without_value(parse_socket_address(text)); }

Result<void> check_optional_listen_address(const std::string& text) {
  return text.empty() ? Result<void>() : check_listen_address(text);
}

Result<void> check_metrics_listen(const std::string& text) {
  return text == "auto" ? Result<void>() : check_optional_listen_address(text);
}

// A metric's name is that and lower case letters behind it.
Result<void> check_metrics_prefix(const std::string& text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto may_stand = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  if (text.empty() || (is_letter(text.front()) && std::ranges::all_of(text, may_stand))) return {};
  return Unexpected("only letters, digits and \"_\" may stand in it, and no digit first");
}

Result<void> check_cidr(const std::string& text) { return without_value(parse_cidr(text)); }

Result<void> check_advertise(const std::string& text) {
  if (text.empty()) return {};
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || !is_port(std::string_view(text).substr(colon + 1)))
    return Unexpected("no \":port\" from 1 to 65535 at its end");
  const std::string_view host = std::string_view(text).substr(0, colon);
  if (host.size() > kLongestHost) return Unexpected("the host has more than 253 bytes");
  if (host.empty() || !is_url_path(host.starts_with('[') ? "" : host) || host.find('/') != std::string_view::npos)
    return Unexpected("no host in front of the port");
  if (host.starts_with('[') != host.ends_with(']') ||
      (!host.starts_with('[') && host.find(':') != std::string_view::npos))
    return Unexpected("an IPv6 address stands in brackets");
  return {};
}

Result<void> check_absolute_path(const std::string& text) {
  if (!text.starts_with('/')) return Unexpected("it is not an absolute path");
  return {};
}

Result<void> check_optional_path(const std::string& text) {
  return text.empty() ? Result<void>() : check_absolute_path(text);
}

Result<void> check_endpoint(const std::string& text) {
  static constexpr std::array<std::string_view, 4> kTaken = {"/up", "/ready", "/app", "/apps"};
  if (auto checked = check_url_path(text); !checked) return checked;
  for (const std::string_view taken : kTaken)
    if (text.starts_with(taken) && (text.size() == taken.size() || text[taken.size()] == '/'))
      return Unexpected(std::string(taken) + " is taken by the server itself");
  return {};
}

Result<void> check_optional_endpoint(const std::string& text) {
  return text.empty() ? Result<void>() : check_endpoint(text);
}

Result<void> check_path_prefix(const std::string& text) {
  if (text.empty()) return {};
  if (text.ends_with('/')) return Unexpected("it ends with \"/\"");
  return check_url_path(text);
}

Result<void> check_redis_url(const std::string& text) {
  if (text.empty()) return Unexpected("it is empty; leave the key out for a managed, private Redis");
  return without_value(parse_redis_url(text));
}

Result<void> check_redis_prefix(const std::string& text) {
  if (text.find_first_of("{}") != std::string::npos)
    return Unexpected("it holds a brace, which Redis Cluster would read as the hash tag of every key");
  return {};
}

Result<void> check_url_segment(const std::string& text) {
  if (text.empty()) return Unexpected("it is empty");
  if (!is_url_path(text) || text.find('/') != std::string::npos)
    return Unexpected("it holds a character that a segment of a URL cannot hold unescaped");
  return {};
}

Result<void> check_optional_url_segment(const std::string& text) {
  return text.empty() ? Result<void>() : check_url_segment(text);
}

Result<void> check_not_empty(const std::string& text) {
  return text.empty() ? Unexpected("it is empty") : Result<void>();
}

}  // namespace belfry
