#include "worker/net/make_send_engine.hpp"

#include "common/log.hpp"
#include "worker/net/ring_engine.hpp"

namespace belfry::net {
namespace {

Result<std::unique_ptr<SendEngine>> make_ring() {
  if (auto probed = probe_ring(); !probed) return Unexpected(probed.error());
  return RingEngine::make();
}

}  // namespace

Result<std::unique_ptr<SendEngine>> make_send_engine(std::string_view io_uring) {
  if (io_uring != "off") {
    auto ring = make_ring();
    if (ring) return ring;
    if (io_uring == "on") return Unexpected("io_uring = on: " + ring.error().message);
    log::info("sending without io_uring", {{"reason", ring.error().message}});
  }
  return std::unique_ptr<SendEngine>(std::make_unique<SendmsgEngine>());
}

}  // namespace belfry::net
