#include "supervisor/node_life.hpp"

#include <utility>

#include "common/log.hpp"
#include "common/settings_checks.hpp"
#include "supervisor/foreign_children.hpp"

namespace belfry::supervisor {
namespace {

// In which who is half connected, or waits to be accepted, comes in and has its request answered: a round trip, and
// what a busy worker takes. Over loopback nobody is half connected.
Milliseconds last_arrivals_time(const Settings& settings) {
  return listens_on_loopback_only(settings) ? Milliseconds(50) : Milliseconds(300);
}

}  // namespace

std::string_view name_of(NodeState state) {
  constexpr std::string_view kNames[] = {"starting", "running", "draining", "stopping"};
  return kNames[static_cast<std::size_t>(state)];
}

NodeLife::NodeLife(uv_loop_t* loop, Parts parts, std::function<void()> ended)
    : parts_(parts),
      ended_(std::move(ended)),
      draining_(loop, parts.workers, [this] { stop("drained"); }),
      last_arrivals_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {
  const Node& node = parts_.node;
  ManagedRedis::Owner& owner = *this;
  if (node.redis) redis_.emplace(loop, node.redis->program, node.settings.runtime_dir, node.redis->socket, owner);
}

std::optional<Milliseconds> NodeLife::drain_left(TimePoint now) const {
  return draining_.is_under_way() ? std::optional(draining_.left(now)) : std::nullopt;
}

std::optional<ManagedRedisStatus> NodeLife::redis_status() const {
  return redis_ ? std::optional(redis_->status()) : std::nullopt;
}

// ---- the beginning

void NodeLife::start() {
  if (redis_) redis_->start();
  else start_workers_once();
}

// The first workers wait for the managed Redis, so that they find it; later ones reconnect by themselves.
void NodeLife::redis_changed() {
  if (state_ == NodeState::stopping) finish_if_all_ended();
  else if (redis_->is_settled()) start_workers_once();
}

void NodeLife::start_workers_once() {
  if (std::exchange(workers_started_, true)) return;
  parts_.workers.start();
  parts_.announcer.start();
}

void NodeLife::workers_changed() {
  if (state_ == NodeState::stopping) return finish_if_all_ended();
  if (parts_.workers.have_failed()) {
    exit_code_ = parts_.workers.failed_by_configuration() ? ExitCode::configuration : ExitCode::failure;
    return stop("every worker was given up");
  }
  if (state_ != NodeState::starting || !parts_.workers.have_been_ready()) return;
  state_ = NodeState::running;
  log::info("all workers run", {{"workers", parts_.workers.size()}});
  parts_.service_manager.ready();
}

void NodeLife::reap() {
  parts_.workers.reap();
  if (redis_) redis_->reap();
  reap_foreign_children([this](pid_t pid) { return parts_.workers.have(pid) || (redis_ && redis_->is(pid)); });
}

// ---- the end

void NodeLife::end_gracefully(std::string_view why) {
  const Milliseconds over = parts_.node.settings.drain_time;
  if (workers_started_ && !is_leaving() && over > Milliseconds(0)) drain(why, over);
  else stop(why);
}

Milliseconds NodeLife::drain(std::string_view why, Milliseconds over) {
  if (state_ == NodeState::draining) {
    draining_.change(over);
    return draining_.delay_left(Clock::now());
  }
  const Milliseconds delay = parts_.node.settings.drain_delay;
  state_ = NodeState::draining;
  log::info("going to stop", {{"why", why}});
  parts_.service_manager.stopping();
  parts_.reload.abort();
  draining_.begin(delay, over);
  parts_.announcer.announce();
  return delay;
}

void NodeLife::stop(std::string_view why) {
  if (std::exchange(state_, NodeState::stopping) == NodeState::stopping) return;
  log::info("stopping", {{"why", why}});
  parts_.service_manager.stopping();
  draining_.abort();
  parts_.reload.abort();
  parts_.announcer.withdraw();
  if (!workers_started_) return stop_workers();
  parts_.node.listeners.take_no_more();
  uv_timer_start(
      last_arrivals_.get(),
      [](uv_timer_t* timer) noexcept {
        if (timer->data != nullptr) static_cast<NodeLife*>(timer->data)->stop_workers();
      },
      last_arrivals_time(parts_.node.settings).count(), 0);
}

void NodeLife::stop_workers() {
  uv_timer_stop(last_arrivals_.get());
  parts_.workers.stop();
  finish_if_all_ended();
}

void NodeLife::kill() {
  log::warning("told to stop again: killing what is left");
  stop_workers();
  parts_.workers.kill();
}

// Workers first: they still publish what their clients' closing brings about.
void NodeLife::finish_if_all_ended() {
  if (!parts_.workers.have_ended()) return;
  uv_timer_stop(last_arrivals_.get());
  if (redis_ && (redis_->state() == ChildState::starting || redis_->state() == ChildState::running ||
                 redis_->state() == ChildState::backing_off))
    return redis_->stop();
  if (!redis_ || redis_->state() == ChildState::stopped) ended_();
}

}  // namespace belfry::supervisor
