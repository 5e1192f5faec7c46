#include "tools/signed_event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "worker/pusher/signature.hpp"

namespace belfry::tools {
namespace {

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

// RFC 3986, section 2.1.
std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text)
    encoded += is_unreserved(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return encoded;
}

}  // namespace

std::string event_body(const Event& event) {
  nlohmann::ordered_json body = {{"name", event.name}, {"channels", event.channels}, {"data", event.data}};
  if (!event.socket_id.empty()) body["socket_id"] = event.socket_id;
  return body.dump();
}

// The parameters are signed in their order and as they are, and sent percent-encoded.
std::string signed_target(std::string_view path, const AppKeys& app, std::string_view body, std::int64_t unix_seconds) {
  const std::string rest =
      fmt::format("&auth_timestamp={}&auth_version=1.0&body_md5={}", unix_seconds, pusher::md5_hex(body));
  const std::string signature = pusher::Signer(app.secret).sign({"POST\n", path, "\nauth_key=", app.key, rest});
  return fmt::format("{}?auth_key={}{}&auth_signature={}", path, percent_encoded(app.key), rest, signature);
}

std::vector<std::string> channels_of(std::string_view list) {
  std::vector<std::string> channels;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) channels.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return channels;
}

}  // namespace belfry::tools
