#include "supervisor/draining.hpp"

#include <algorithm>
#include <utility>

#include "common/log.hpp"

namespace belfry::supervisor {

Draining::Draining(uv_loop_t* loop, WorkerSlots& workers, std::function<void()> drained)
    : workers_(workers), drained_(std::move(drained)), timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {}

void Draining::begin(Milliseconds delay, Milliseconds over) {
  step_ = Step::announcing;
  over_ = over;
  closing_at_ = Clock::now() + delay;
  log::info("draining", {{"clients", workers_.clients()}, {"delay_ms", delay.count()}, {"over_ms", over.count()}});
  workers_.drain();
  uv_timer_start(
      timer_.get(),
      [](uv_timer_t* timer) noexcept {
        if (timer->data != nullptr) static_cast<Draining*>(timer->data)->advance();
      },
      std::min(kLook, delay).count(), kLook.count());
}

void Draining::change(Milliseconds over) {
  over_ = over;
  log::info("draining over another time", {{"clients", workers_.clients()}, {"over_ms", over.count()}});
  if (step_ != Step::closing) return;
  closing_at_ = Clock::now();
  workers_.shed_everybody(over);
}

void Draining::abort() {
  step_ = Step::none;
  uv_timer_stop(timer_.get());
}

Milliseconds Draining::delay_left(TimePoint now) const {
  return std::max(std::chrono::duration_cast<Milliseconds>(closing_at_ - now), Milliseconds(0));
}

Milliseconds Draining::left(TimePoint now) const {
  const auto left = std::chrono::duration_cast<Milliseconds>(closing_at_ + over_ - now);
  return std::max(left, Milliseconds(0));
}

void Draining::advance() {
  const TimePoint now = Clock::now();
  if (now < closing_at_) return;
  if (std::exchange(step_, Step::closing) == Step::announcing) return workers_.shed_everybody(over_);
  if (left(now) > Milliseconds(0) && workers_.clients() > 0) return;
  abort();
  drained_();
}

}  // namespace belfry::supervisor
