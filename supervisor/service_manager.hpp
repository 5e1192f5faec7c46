// What the service manager (systemd, Type=notify) is told of the node: that it is ready, reloads or stops, how it is,
// and, for the watchdog, that the supervisor's loop still turns. A stop that takes its time asks for that time again
// and again, so that only one that hangs is cut short. Owned by the supervisor; without a service manager it does
// nothing.
#pragma once

#include <uv.h>

#include <functional>
#include <string>

#include "common/clock.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/sd_notify.hpp"

namespace belfry::supervisor {

class ServiceManager {
 public:
  // `status_line` says how the node is now.
  ServiceManager(uv_loop_t* loop, SdNotify notify, std::function<std::string()> status_line);

  void start();
  void ready();
  // A reload has begun; ready() follows, whatever comes of it.
  void reloading();
  // The node is on its way out; it may take more than one step.
  void stopping();

 private:
  static constexpr Milliseconds kInterval{5000};
  static constexpr Milliseconds kPatience{20'000};  // longer than the interval and than any one step of a stop

  void tell(std::string assignments);
  void look();

  SdNotify notify_;
  std::function<std::string()> status_line_;
  std::string told_;
  bool is_stopping_ = false;
  UvTimer timer_;
  UvTimer watchdog_;
};

}  // namespace belfry::supervisor
