#include "tools/bench/poller.hpp"

#include <ctime>

#include "common/assert.hpp"
#include "tools/bench/monotonic.hpp"

namespace belfry::bench {

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) { BELFRY_ASSERT(epoll_); }

void Poller::add(int fd, std::uint32_t events, std::uint64_t tag) {
  epoll_event event = {.events = events, .data = {.u64 = tag}};
  BELFRY_ASSERT(epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0);
}

void Poller::change(int fd, std::uint32_t events, std::uint64_t tag) {
  epoll_event event = {.events = events, .data = {.u64 = tag}};
  BELFRY_ASSERT(epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0);
}

std::span<const epoll_event> Poller::wait(std::uint64_t timeout_ns) {
  const timespec timeout = {static_cast<time_t>(timeout_ns / kSecond), static_cast<long>(timeout_ns % kSecond)};
  const int count = epoll_pwait2(epoll_.get(), events_.data(), static_cast<int>(events_.size()), &timeout, nullptr);
  return std::span(events_).first(count > 0 ? static_cast<std::size_t>(count) : 0);
}

}  // namespace belfry::bench
