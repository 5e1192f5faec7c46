// The private Redis (redis-server or valkey-server of the distribution) that a node runs when redis.url is empty: on a
// Unix socket in runtime_dir, without persistence, in a session of its own, dead when the supervisor dies. Supervised
// by the same policy as a worker, but never given up. The supervisor speaks no Redis: ready means that the socket takes
// connections.
#pragma once

#include <uv.h>

#include <memory>
#include <optional>
#include <random>
#include <string>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/child_output.hpp"
#include "supervisor/child_state.hpp"
#include "supervisor/cluster_status.hpp"
#include "supervisor/restart_policy.hpp"

namespace belfry::supervisor {

inline constexpr Milliseconds kRedisStopTimeout = Seconds(3);  // from SIGTERM to SIGKILL

class ManagedRedis {
 public:
  class Owner {
   public:
    virtual void redis_changed() = 0;

   protected:
    ~Owner() = default;
  };

  ManagedRedis(uv_loop_t* loop, std::string program, std::string directory, std::string socket, Owner& owner);

  ChildState state() const { return state_; }
  // Its first start came to an end, well or not: workers may start.
  bool is_settled() const { return settled_; }

  void start();
  void stop();
  void kill();
  // SIGCHLD came: is it ours?
  void reap();
  bool is(pid_t pid) const { return pid_ == pid; }
  ManagedRedisStatus status() const;

 private:
  void launch();
  Result<pid_t> spawn_program();
  void on_timer();
  void probe();
  void ended(int wait_status);
  void enter(ChildState state);
  void arm(Milliseconds delay);

  uv_loop_t* loop_;
  std::string program_;
  std::string directory_;
  std::string socket_;
  Owner& owner_;
  UvTimer timer_;
  std::unique_ptr<ChildOutput> output_;
  ChildState state_ = ChildState::stopped;
  RestartPolicy policy_{0};
  pid_t pid_ = 0;  // 0: no process
  TimePoint started_at_;
  bool stop_asked_ = false;
  bool settled_ = false;
  std::uint32_t starts_ = 0;
  std::string last_obituary_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace belfry::supervisor
