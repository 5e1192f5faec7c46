#include "worker/http/router.hpp"

namespace belfry::http {

Router::Route Router::find(std::string_view path) const {
  for (const auto& [known, handler] : exact_)
    if (known == path) return {handler, {}};
  for (const std::string_view in_front : {std::string_view(), std::string_view(path_prefix_)}) {
    if (!path.starts_with(in_front)) continue;
    const std::string_view bare = path.substr(in_front.size());
    for (const auto& [beginning, handler] : prefixed_)
      if (bare.starts_with(beginning)) return {handler, bare.substr(beginning.size())};
  }
  return {};
}

}  // namespace belfry::http
