#include "worker/net/shedding.hpp"

#include <algorithm>
#include <utility>

namespace belfry::net {

Shedding::Shedding(Reactor& reactor, CloseClient close)
    : reactor_(reactor),
      close_(std::move(close)),
      timer_(make_uv_handle<uv_timer_t>(reactor.loop(), this, uv_timer_init)) {}

void Shedding::begin(std::uint64_t clients, Milliseconds over) {
  began_ms_ = uv_now(reactor_.loop());
  pace_ = ShedPace(std::min(clients, reactor_.counters().clients), static_cast<double>(over.count()), chance());
  uv_timer_start(
      timer_.get(), [](uv_timer_t* timer) noexcept { static_cast<Shedding*>(timer->data)->step(); }, 0, kStep.count());
}

void Shedding::step() {
  const auto elapsed_ms = static_cast<double>(uv_now(reactor_.loop()) - began_ms_);
  while (pace_.take(elapsed_ms, chance()))
    if (!close_one()) pace_ = {};
  if (pace_.is_over()) uv_timer_stop(timer_.get());
}

// false: no client is left.
bool Shedding::close_one() {
  Stream* client = reactor_.next_client(next_fd_);
  if (client == nullptr) return false;
  close_(*client);
  return true;
}

}  // namespace belfry::net
