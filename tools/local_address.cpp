#include "tools/local_address.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::tools {
namespace {

constexpr std::pair<std::string_view, const char*> kEverywhere[] = {{"0.0.0.0", "127.0.0.1"}, {"::", "::1"}};

}  // namespace

Result<WsUrl> local_address(const nlohmann::ordered_json& status) {
  const auto listen = status.find("listen");
  if (listen == status.end() || !listen->is_array() || listen->empty() || !listen->front().is_string())
    return Unexpected("the supervisor did not say where the node listens");
  auto url = parse_http_url("http://" + listen->front().get<std::string>());
  if (!url) return url;
  for (const auto& [everywhere, loopback] : kEverywhere)
    if (url->host == everywhere) url->host = loopback;
  return url;
}

}  // namespace belfry::tools
