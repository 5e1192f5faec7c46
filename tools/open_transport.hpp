// From the address in a URL to a byte stream: TCP, and TLS around it where the scheme says so.
#pragma once

#include <memory>
#include <string_view>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "tools/transport.hpp"
#include "tools/ws_url.hpp"

namespace belfry::tools {

// An Error with an errno code means that no server answered.
Result<std::unique_ptr<Transport>> open_transport(const WsUrl& url, bool verify_certificate, TimePoint deadline);

// `what` is the beginning of the sentence of an Error.
Result<void> write_all(Transport& transport, std::string_view text, TimePoint deadline, std::string_view what);

}  // namespace belfry::tools
