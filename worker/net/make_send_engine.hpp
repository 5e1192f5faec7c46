// Which engine a worker sends with: the ring where the kernel and its limits allow it, and the configuration does.
#pragma once

#include <memory>
#include <string_view>

#include "common/result.hpp"
#include "worker/net/send_engine.hpp"

namespace belfry::net {

// `io_uring`: auto, on or off, as in the configuration. Fails only with `on`.
Result<std::unique_ptr<SendEngine>> make_send_engine(std::string_view io_uring);

}  // namespace belfry::net
