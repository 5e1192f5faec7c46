#include "supervisor/managed_redis.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "common/inheritance.hpp"
#include "common/log.hpp"
#include "common/unix_address.hpp"
#include "supervisor/obituary.hpp"
#include "supervisor/redis_program.hpp"
#include "supervisor/runtime_dir.hpp"
#include "supervisor/sealed_memfd.hpp"
#include "supervisor/spawn.hpp"

namespace belfry::supervisor {
namespace {

using enum ChildState;

constexpr Milliseconds kProbeInterval = Milliseconds(10);

bool takes_connections(const std::string& path) {
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  auto address = unix_address(path);
  return ::connect(fd.get(), address->get(), address->length()) == 0;
}

}  // namespace

ManagedRedis::ManagedRedis(uv_loop_t* loop, std::string program, std::string directory, std::string socket,
                           Owner& owner)
    : loop_(loop),
      program_(std::move(program)),
      directory_(std::move(directory)),
      socket_(std::move(socket)),
      owner_(owner),
      timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {}

void ManagedRedis::start() {
  launch();
  owner_.redis_changed();
}

void ManagedRedis::stop() {
  stop_asked_ = true;
  if (state_ == starting || state_ == running) {
    ::kill(pid_, SIGTERM);
    arm(kRedisStopTimeout);
    enter(stopping);
  } else if (state_ == backing_off) {
    enter(stopped);
  }
  owner_.redis_changed();
}

void ManagedRedis::kill() {
  if (!has_process(state_) || state_ == killing) return;
  ::kill(pid_, SIGKILL);
  enter(killing);
}

void ManagedRedis::launch() {
  enter(starting);
  ++starts_;
  started_at_ = Clock::now();
  policy_.started(started_at_);
  auto pid = spawn_program();
  if (!pid) {
    last_obituary_ = "managed Redis was not started: " + pid.error().message;
    log::error("managed Redis not started", {{"reason", pid.error().message}});
    settled_ = true;
    enter(backing_off);
    return arm(policy_.ended(started_at_, RestartPolicy::End::crash, 1).delay);
  }
  pid_ = *pid;
  log::info("managed Redis started", {{"pid", pid_}, {"program", program_}, {"socket", socket_}});
  arm(kProbeInterval);
}

Result<pid_t> ManagedRedis::spawn_program() {
  // Of a predecessor that was killed: it would only refuse connections.
  if (auto removed = remove_stale(socket_); !removed) return Unexpected(removed.error());
  auto configuration = make_sealed_memfd("belfry-redis", redis_configuration(directory_, socket_));
  if (!configuration) return Unexpected(configuration.error());
  auto output = ChildOutput::open(loop_, "managed Redis");
  if (!output) return Unexpected(output.error());
  auto pid = spawn({.executable = program_,
                    .arguments = {program_, "-"},
                    .descriptors = {},
                    .standard_input = configuration->get(),
                    .standard_output = (*output)->child_end(),
                    .own_session = true,
                    .dies_with_parent = true});
  (*output)->release_child_end();
  output_ = std::move(*output);
  return pid;
}

void ManagedRedis::on_timer() {
  switch (state_) {
    case starting: return probe();
    case stopping: return kill();
    case backing_off: return start();
    case stopped:
    case running:
    case aborting:
    case killing:
    case failed: return;
  }
}

void ManagedRedis::probe() {
  const auto age = std::chrono::duration_cast<Milliseconds>(Clock::now() - started_at_);
  if (takes_connections(socket_)) {
    policy_.ready();
    log::info("managed Redis ready", {{"pid", pid_}, {"after_ms", age.count()}});
    enter(running);
  } else if (age > kReadyTimeout) {
    kill();
  } else {
    return arm(kProbeInterval);
  }
  settled_ = true;
  owner_.redis_changed();
}

void ManagedRedis::reap() {
  int wait_status = 0;
  if (pid_ != 0 && ::waitpid(pid_, &wait_status, WNOHANG) == pid_) ended(wait_status);
}

void ManagedRedis::ended(int wait_status) {
  const TimePoint now = Clock::now();
  uv_timer_stop(timer_.get());
  output_->drain();
  const double jitter = std::uniform_real_distribution<double>(0, 1)(random_);
  const auto verdict = stop_asked_ ? RestartPolicy::Verdict{} : policy_.ended(now, RestartPolicy::End::crash, jitter);
  const bool spoke = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) != 0;
  const Obituary obituary = {.who = "managed Redis",
                             .pid = std::exchange(pid_, 0),
                             .age = std::chrono::duration_cast<Milliseconds>(now - started_at_),
                             .wait_status = wait_status,
                             .cause = spoke ? output_->last_line() : "",
                             .next = stop_asked_ ? "stays stopped" : describe(verdict)};
  last_obituary_ = obituary.text();
  log_obituary(stop_asked_ && wait_status == 0 ? log::Level::info : log::Level::warning, obituary);
  output_.reset();
  settled_ = true;
  if (stop_asked_) {
    ::unlink(socket_.c_str());
    enter(stopped);
  } else if (verdict.delay == Milliseconds(0)) {
    launch();
  } else {
    enter(backing_off);
    arm(verdict.delay);
  }
  owner_.redis_changed();
}

void ManagedRedis::enter(ChildState to) {
  BELFRY_ASSERT(may_step(state_, to));
  log::debug("managed Redis", {{"from", name_of(state_)}, {"to", name_of(to)}});
  state_ = to;
}

void ManagedRedis::arm(Milliseconds delay) {
  uv_update_time(loop_);
  uv_timer_start(
      timer_.get(),
      [](uv_timer_t* timer) noexcept {
        if (timer->data != nullptr) static_cast<ManagedRedis*>(timer->data)->on_timer();
      },
      static_cast<std::uint64_t>(delay.count()), 0);
}

ManagedRedisStatus ManagedRedis::status() const {
  return {.pid = pid_ != 0 ? std::optional(pid_) : std::nullopt,
          .restarts = starts_ == 0 ? 0 : starts_ - 1,
          .last_obituary = last_obituary_};
}

}  // namespace belfry::supervisor
