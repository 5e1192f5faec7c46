// Where a node on this machine can be reached, out of its answer to `status`.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "common/result.hpp"
#include "tools/ws_url.hpp"

namespace belfry::tools {

// The first address that it listens on; loopback in place of "every address".
Result<WsUrl> local_address(const nlohmann::ordered_json& status);
// The same of tls.listen; an Error where the node has none.
Result<WsUrl> local_tls_address(const nlohmann::ordered_json& status);

}  // namespace belfry::tools
