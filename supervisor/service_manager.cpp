#include "supervisor/service_manager.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace belfry::supervisor {

using std::chrono::microseconds;

ServiceManager::ServiceManager(uv_loop_t* loop, SdNotify notify, std::function<std::string()> status_line)
    : notify_(std::move(notify)),
      status_line_(std::move(status_line)),
      timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)),
      watchdog_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {}

void ServiceManager::start() {
  if (!notify_.is_wanted()) return;
  uv_timer_start(
      timer_.get(),
      [](uv_timer_t* timer) noexcept {
        if (timer->data != nullptr) static_cast<ServiceManager*>(timer->data)->look();
      },
      0, kInterval.count());
  if (!notify_.watchdog()) return;
  uv_timer_start(
      watchdog_.get(),
      [](uv_timer_t* timer) noexcept {
        if (timer->data != nullptr) static_cast<ServiceManager*>(timer->data)->notify_.send("WATCHDOG=1");
      },
      0, static_cast<std::uint64_t>(std::max<Milliseconds::rep>(notify_.watchdog()->count() / 2, 1)));
}

void ServiceManager::ready() {
  if (!is_stopping_) tell("READY=1\n");
}

void ServiceManager::reloading() {
  const auto now = std::chrono::duration_cast<microseconds>(Clock::now().time_since_epoch());
  tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\n", now.count()));
}

void ServiceManager::stopping() {
  if (!std::exchange(is_stopping_, true)) tell("STOPPING=1\n");
}

void ServiceManager::tell(std::string assignments) {
  if (!notify_.is_wanted()) return;
  if (is_stopping_) assignments += fmt::format("EXTEND_TIMEOUT_USEC={}\n", microseconds(kPatience).count());
  told_ = status_line_();
  notify_.send(assignments + "STATUS=" + told_);
}

void ServiceManager::look() {
  if (is_stopping_ || status_line_() != told_) tell("");
}

}  // namespace belfry::supervisor
