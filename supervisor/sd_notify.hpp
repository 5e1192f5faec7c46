// sd_notify(3) without libsystemd: assignments such as "READY=1" go as a datagram to the service manager that has
// started this process. Where none has, nothing is sent. It never waits and never fails: a service manager that does
// not listen is no reason to stop serving.
#pragma once

#include <optional>
#include <string_view>

#include "common/clock.hpp"
#include "common/options.hpp"
#include "common/unique_fd.hpp"
#include "common/unix_address.hpp"

namespace belfry::supervisor {

class SdNotify {
 public:
  // NOTIFY_SOCKET is a path or, behind an "@", an abstract name; WATCHDOG_USEC counts where WATCHDOG_PID is absent or
  // this process.
  static SdNotify from_environment(const Environment& environment);

  bool is_wanted() const { return static_cast<bool>(socket_); }
  // How long the service manager puts up with silence; nullopt: it has no watchdog.
  std::optional<Milliseconds> watchdog() const { return watchdog_; }
  void send(std::string_view assignments) const noexcept;

 private:
  UniqueFd socket_;
  sockaddr_un address_ = {};
  socklen_t length_ = 0;
  std::optional<Milliseconds> watchdog_;
};

}  // namespace belfry::supervisor
