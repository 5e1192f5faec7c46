// One connection to Redis that keeps itself up: resolves, connects, logs in, and after any failure (refused, reset,
// silent, wrong password, an error to the first PING) says why, waits with jittered back-off and tries again. For
// commands, or for subscriptions: once subscription_command() was called, nothing else may be asked of it.
#pragma once

#include <uv.h>

#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "common/clock.hpp"
#include "common/redis_url.hpp"
#include "common/result.hpp"
#include "common/uv_handle.hpp"
#include "worker/bus/backoff.hpp"
#include "worker/bus/name_lookup.hpp"
#include "worker/bus/redis_socket.hpp"
#include "worker/bus/reply.hpp"

namespace belfry::bus {

class RedisConnection final : private RedisSocket::Listener {
 public:
  // Called once for each command: with the reply, or with a missing one when the connection was not ready or was lost.
  using OnReply = std::function<void(Reply)>;
  using Arguments = RedisSocket::Arguments;

  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_ready(RedisConnection& connection) = 0;
    // It was ready and is not any more; all its commands have been answered with a missing reply.
    virtual void on_lost(RedisConnection& connection) = 0;
    // What came for a subscription: "message", "subscribe" or "unsubscribe", the channel, and payload or count.
    virtual void on_push(Reply) {}
  };

  // `role` ("commands", "subscriptions") stands in the log.
  RedisConnection(uv_loop_t* loop, const RedisEndpoint& endpoint, std::string_view role, Owner& owner);
  ~RedisConnection() override;

  void start();
  bool is_ready() const { return state_ == State::ready; }
  // Ready, and what it is for has worked. The back-off is forgotten when that has lasted for a while: a Redis that lets
  // us in and refuses what we need, or a part of it, would be asked without a pause.
  bool is_proven() const { return proven_; }
  void prove();
  const std::string& reason() const { return reason_; }  // why it is not ready; empty when it is
  std::size_t unanswered() const { return pending_.size(); }
  std::size_t unsent_bytes() const;

  void command(Arguments arguments, OnReply on_reply);
  // SUBSCRIBE or UNSUBSCRIBE with its channels; what comes of it goes to Owner::on_push().
  void subscription_command(Arguments arguments);

  // Commands wait for it: to be called at the end of each loop turn.
  void flush();

  // For who cannot take more at the moment.
  void pause_reading();
  void resume_reading();

  // Gives this connection up and connects anew.
  void fail(std::string reason);

 private:
  enum class State { stopped, resolving, connecting, logging_in, ready, waiting };
  struct Pending {
    std::uint64_t sent_ms;
    OnReply on_reply;
  };

  void connect();
  void resolve();
  void connect_to(const std::string& address);
  void adopt(Result<std::unique_ptr<RedisSocket>> socket);
  void on_connected() override { log_in(); }
  void on_reply(Reply reply) override;
  void on_broken(std::string reason) override { fail(std::move(reason)); }
  void log_in();
  void handle_login_reply(std::string_view command, Reply reply);
  void become_ready();
  void drop();
  void check_silence();

  uv_loop_t* loop_;
  const RedisEndpoint& endpoint_;
  std::string role_;
  Owner& owner_;
  State state_ = State::stopped;
  bool proven_ = false;
  bool subscribes_ = false;  // subscription_command() was called
  std::uint64_t ready_since_ms_ = 0;
  std::uint64_t last_reply_ms_ = 0;
  std::string reason_ = "not connected yet";
  std::string logged_reason_;            // said once, not at each attempt
  std::unique_ptr<RedisSocket> socket_;  // null: none is connecting or connected
  NameLookup name_lookup_;
  std::size_t next_address_ = 0;  // which of the resolved addresses is tried next
  std::deque<Pending> pending_;   // in the order in which Redis answers
  Backoff backoff_;
  std::minstd_rand random_;
  UvTimer retry_timer_;  // back-off, and the deadline of an attempt
  UvTimer silence_timer_;
};

}  // namespace belfry::bus
