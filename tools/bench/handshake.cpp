#include "tools/bench/handshake.hpp"

#include "tools/message_line.hpp"
#include "tools/upgrade_request.hpp"

namespace belfry::bench {
namespace {

constexpr std::string_view kSwitchingProtocols = "HTTP/1.1 101";
constexpr std::size_t kLongestAnswer = 16 * 1024;

}  // namespace

Handshake::Handshake(const tools::WsUrl& url)
    : key_(tools::new_handshake_key()),
      request_(tools::upgrade_request(url, key_, {})),
      accept_(tools::handshake_accept(key_)) {}

Result<std::size_t> Handshake::judge(std::string_view received) const {
  const std::size_t end = received.find("\r\n\r\n");
  if (end == std::string_view::npos && received.size() < kLongestAnswer) return std::size_t{0};
  const std::string_view head = received.substr(0, end);
  if (!head.starts_with(kSwitchingProtocols))
    return Unexpected("the server refused: " + tools::printable_line(head.substr(0, head.find('\r'))));
  if (head.find(accept_) == std::string_view::npos)
    return Unexpected("the server's handshake is not valid: it does not answer the key that was sent");
  return end + 4;
}

}  // namespace belfry::bench
