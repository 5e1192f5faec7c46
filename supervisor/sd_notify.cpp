#include "supervisor/sd_notify.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/log.hpp"

namespace belfry::supervisor {
namespace {

std::optional<std::uint64_t> number(const std::optional<std::string>& text) {
  std::uint64_t value = 0;
  if (!text || text->empty()) return std::nullopt;
  const char* const end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(value) : std::nullopt;
}

std::optional<Milliseconds> watchdog_of(const Environment& environment) {
  const auto microseconds = number(environment("WATCHDOG_USEC"));
  const auto pid = number(environment("WATCHDOG_PID"));
  if (!microseconds || *microseconds == 0 || (pid && *pid != static_cast<std::uint64_t>(::getpid())))
    return std::nullopt;
  return std::chrono::duration_cast<Milliseconds>(std::chrono::microseconds(*microseconds));
}

bool is_address(const std::string& text) {
  return text.size() > 1 && text.size() <= kLongestSocketPath && (text[0] == '/' || text[0] == '@');
}

}  // namespace

SdNotify SdNotify::from_environment(const Environment& environment) {
  SdNotify notify;
  const auto address = environment("NOTIFY_SOCKET");
  if (!address || address->empty()) return notify;
  if (!is_address(*address)) {
    log::warning("NOTIFY_SOCKET is neither a path nor an abstract name: the service manager is told nothing",
                 {{"address", *address}});
    return notify;
  }
  const bool is_abstract = address->starts_with('@');
  notify.socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  notify.address_.sun_family = AF_UNIX;
  std::ranges::copy(*address, notify.address_.sun_path);
  if (is_abstract) notify.address_.sun_path[0] = '\0';
  // Every byte of an abstract name counts; a path ends with a NUL.
  notify.length_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address->size() + (is_abstract ? 0 : 1));
  notify.watchdog_ = watchdog_of(environment);
  return notify;
}

void SdNotify::send(std::string_view assignments) const noexcept {
  if (!socket_) return;
  const auto* address = reinterpret_cast<const sockaddr*>(&address_);
  const ssize_t sent = ::sendto(socket_.get(), assignments.data(), assignments.size(), MSG_NOSIGNAL, address, length_);
  if (sent < 0) log::debug("the service manager does not listen", {{"errno", errno}});
}

}  // namespace belfry::supervisor
