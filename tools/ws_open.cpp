#include "tools/ws_open.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "tools/open_transport.hpp"
#include "tools/upgrade_answer.hpp"
#include "tools/wait_for.hpp"

namespace belfry::tools {
namespace {

// One handshake on one connection, and the deadline of both its halves.
class Handshake {
 public:
  Handshake(Transport& transport, const WsUrl& url, TimePoint deadline)
      : transport_(transport), what_("the WebSocket handshake with " + url.authority()), deadline_(deadline) {}

  Result<void> send(const std::string& request) { return write_all(transport_, request, deadline_, what_); }

  // Returns what followed the answer. A refusal whose body is late or cut off is a complete answer all the same.
  Result<std::vector<std::uint8_t>> receive(UpgradeAnswer& answer) {
    std::vector<std::uint8_t> unread;
    while (!answer.is_complete()) {
      if (auto more = read_more(unread); !more) {
        if (answer.has_head()) break;
        return Unexpected(more.error());
      }
      auto used = answer.feed({reinterpret_cast<const char*>(unread.data()), unread.size()});
      if (!used) return Unexpected(used.error());
      unread.erase(unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(*used));
    }
    return unread;
  }

 private:
  // Behind what is unread already: the parser takes a head only as a whole.
  Result<void> read_more(std::vector<std::uint8_t>& unread) {
    std::array<std::uint8_t, 4096> buffer;
    while (true) {
      auto step = transport_.read(buffer);
      if (!step) return Unexpected(step.error());
      if (step->ended)
        return Unexpected(Error{what_ + ": the server ended the connection without an answer", ECONNRESET});
      unread.insert(unread.end(), buffer.begin(), buffer.begin() + step->bytes);
      if (!step->blocked) return {};
      if (auto ready = wait_for(transport_.fd(), transport_.poll_events(false), deadline_, what_); !ready) return ready;
    }
  }

  Transport& transport_;
  std::string what_;
  TimePoint deadline_;
};

}  // namespace

Result<OpenedWebSocket> open_websocket(const WsUrl& url, const WsOptions& options) {
  const auto deadline = Clock::now() + options.timeout;
  auto transport = open_transport(url, options.verify_certificate, deadline);
  if (!transport) return Unexpected(transport.error());

  const std::string key = new_handshake_key();
  Handshake handshake(**transport, url, deadline);
  if (auto sent = handshake.send(upgrade_request(url, key, options.headers)); !sent) return Unexpected(sent.error());
  UpgradeAnswer answer;
  auto rest = handshake.receive(answer);
  if (!rest) return Unexpected(rest.error());
  if (auto verdict = answer.verdict(key, options.headers); !verdict) return Unexpected(verdict.error());
  return OpenedWebSocket{std::move(*transport), std::move(*rest)};
}

}  // namespace belfry::tools
