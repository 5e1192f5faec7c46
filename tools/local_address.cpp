#include "tools/local_address.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::tools {
namespace {

constexpr std::pair<std::string_view, const char*> kEverywhere[] = {{"0.0.0.0", "127.0.0.1"}, {"::", "::1"}};

// The first of the addresses in `listen` of a JSON object.
std::optional<WsUrl> first_of(const nlohmann::ordered_json& object, const std::string& scheme) {
  if (!object.is_object() || !object.contains("listen")) return std::nullopt;
  const auto& listen = object["listen"];
  if (!listen.is_array() || listen.empty() || !listen.front().is_string()) return std::nullopt;
  auto url = parse_http_url(scheme + listen.front().get<std::string>());
  if (!url) return std::nullopt;
  for (const auto& [everywhere, loopback] : kEverywhere)
    if (url->host == everywhere) url->host = loopback;
  return *url;
}

}  // namespace

Result<WsUrl> local_address(const nlohmann::ordered_json& status) {
  auto url = first_of(status, "http://");
  if (!url) return Unexpected("the supervisor did not say where the node listens");
  return *url;
}

Result<WsUrl> local_tls_address(const nlohmann::ordered_json& status) {
  const auto tls = status.find("tls");
  auto url = tls == status.end() ? std::nullopt : first_of(*tls, "https://");
  if (!url) return Unexpected("the node speaks no TLS: tls.listen is empty");
  return *url;
}

}  // namespace belfry::tools
