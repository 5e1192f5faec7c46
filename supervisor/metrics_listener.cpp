#include "supervisor/metrics_listener.hpp"

#include <utility>

#include "common/log.hpp"
#include "supervisor/bound_socket.hpp"

namespace belfry::supervisor {
namespace {

Result<MetricsListener> listen_at(std::string address) {
  auto socket = listen_alone("metrics.listen", address);
  if (!socket) return Unexpected(socket.error());
  return MetricsListener{std::move(*socket), std::move(address), ""};
}

}  // namespace

Result<MetricsListener> MetricsListener::open(const std::string& listen) {
  if (listen.empty()) return MetricsListener();
  if (listen != kMetricsAuto) return listen_at(listen);
  auto listener = listen_at(std::string(kMetricsDefault));
  if (listener) return listener;
  log::warning("no metrics", {{"reason", listener.error().message}});
  return MetricsListener{UniqueFd(), "", listener.error().message};
}

}  // namespace belfry::supervisor
