#include "tools/open_transport.hpp"

#include <cstdint>
#include <span>
#include <utility>

#include "tools/tcp_connect.hpp"
#include "tools/wait_for.hpp"

namespace belfry::tools {

Result<std::unique_ptr<Transport>> open_transport(const WsUrl& url, bool verify_certificate, TimePoint deadline) {
  auto socket = connect_tcp(url.host, url.port, deadline);
  if (!socket) return Unexpected(socket.error());
  if (!url.tls) return make_plain_transport(std::move(*socket));
  return make_tls_transport(std::move(*socket), {.host = url.host, .verify = verify_certificate}, deadline);
}

Result<void> write_all(Transport& transport, std::string_view text, TimePoint deadline, std::string_view what) {
  auto rest = std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  while (!rest.empty()) {
    auto step = transport.write(rest);
    if (!step) return Unexpected(step.error());
    rest = rest.subspan(step->bytes);
    if (!step->blocked) continue;
    if (auto ready = wait_for(transport.fd(), transport.poll_events(true), deadline, what); !ready) return ready;
  }
  return {};
}

}  // namespace belfry::tools
