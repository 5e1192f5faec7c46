#include "supervisor/metrics_listener.hpp"

#include <sys/socket.h>

#include "common/log.hpp"
#include "common/socket_address.hpp"

namespace belfry::supervisor {
namespace {

constexpr int kBacklog = 16;

Result<MetricsListener> listen_at(const std::string& text) {
  auto address = parse_socket_address(text);
  if (!address) return Unexpected("metrics.listen: " + address.error().message);
  const std::string where = "metrics.listen: " + text;
  UniqueFd fd(::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address->storage), address->length) != 0 ||
      ::listen(fd.get(), kBacklog) != 0)
    return Unexpected(errno == EADDRINUSE ? Error{where + " is in use by another process", errno} : errno_error(where));
  address->length = sizeof address->storage;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address->storage), &address->length);
  return MetricsListener{std::move(fd), address->to_string(), ""};
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
