#include "tools/pusher_url.hpp"

#include <string_view>
#include <utility>

#include "common/version.hpp"
#include "worker/http/query.hpp"

namespace belfry::tools {
namespace {

constexpr std::string_view kApp = "/app/";

std::pair<std::string_view, std::string_view> path_and_query(const WsUrl& url) {
  const std::string_view target = url.target;
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {target, ""};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

}  // namespace

std::optional<std::string> pusher_key(const WsUrl& url) {
  const std::string_view path = path_and_query(url).first;
  const auto last = path.rfind('/');
  if (!path.substr(0, last + 1).ends_with(kApp) || last + 1 == path.size()) return std::nullopt;
  return http::percent_decoded(path.substr(last + 1));
}

WsUrl with_pusher_parameters(WsUrl url) {
  const http::Query query(path_and_query(url).second);
  char separator = '?';
  if (const auto mark = url.target.find('?'); mark != std::string::npos)
    separator = mark + 1 == url.target.size() ? '\0' : '&';
  const std::pair<const char*, std::string_view> parameters[] = {
      {"protocol", "7"}, {"client", "belfry"}, {"version", version()}};
  for (const auto& [name, value] : parameters) {
    if (query.get(name)) continue;
    if (separator != '\0') url.target += separator;
    url.target.append(name).append("=").append(value);
    separator = '&';
  }
  return url;
}

}  // namespace belfry::tools
