// The Bus over three connections to one Redis: commands (PUBLISH and scripts, in order), subscriptions, and queries. A
// probe message of our own each second, published on the first and received on the second, finds a subscriber
// connection that has gone silent.
#pragma once

#include <uv.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/control_messages.hpp"
#include "common/counters.hpp"
#include "common/redis_url.hpp"
#include "common/uv_handle.hpp"
#include "worker/bus/bus.hpp"
#include "worker/bus/publishes.hpp"
#include "worker/bus/redis_connection.hpp"
#include "worker/bus/subscriptions.hpp"

namespace belfry::bus {

class RedisBus final : public Bus, private RedisConnection::Owner, private ChannelListener {
 public:
  // `probe_channel` is this process's own. `scripts` are loaded on each command connection and outlive the bus.
  RedisBus(uv_loop_t* loop, RedisEndpoint endpoint, std::string probe_channel, std::vector<const Script*> scripts,
           Counters& counters);

  // `on_state_changed`: state() is another one; called at the end of what it does.
  void start(std::function<void()> on_state_changed);

  // Connected: both connections are up and have done what they are for. Connecting: not yet once since the start.
  RedisState state() const { return state_; }
  std::string reason() const;                           // why it is not connected
  TimePoint away_since() const { return away_since_; }  // valid while state() is `away`
  std::size_t unanswered() const { return commands_.unanswered(); }
  std::uint64_t take_longest_answer_us() { return std::exchange(longest_answer_ns_, 0) / 1000; }

  void account(MemoryAccount& account) const { subscriptions_.account(account); }

  Standing subscribe(const std::string& channel, ChannelListener& listener) override;
  void unsubscribe(const std::string& channel) override;
  void publish(std::string_view channel, std::string_view payload, OnPublished on_published) override;
  void publish_by(const Script& script, Texts keys, Texts arguments, OnPublished on_published) override;
  void command(Texts arguments, OnReply on_reply) override;
  void run(const Script& script, Texts keys, Texts arguments, OnReply on_reply) override;
  void query(Texts arguments, OnReply on_reply) override;
  bool commands_ready() const override { return commands_.is_ready(); }
  void watch(ConnectionWatcher& watcher) override { watchers_.push_back(&watcher); }

 private:
  void on_ready(RedisConnection& connection) override;
  void on_lost(RedisConnection& connection) override;
  void on_push(Reply push) override;
  void on_live() override;  // of the probe channel
  void on_interrupted() override {}
  void on_message(std::string_view payload) override;

  // What the subscriber connection brought, in order.
  struct Push {
    std::string kind;
    std::string channel;
    std::string payload;
  };

  OnReply track(OnPublished on_published);
  void deliver(const Push& push);
  void handle_subscribed(const std::string& channel);
  bool turn_is_used_up();
  void deliver_backlog();
  void end_backlog();
  void update_state();
  void load_scripts();
  void tick();
  void end_of_turn();
  void probe();
  void answered_after(std::uint64_t ns);
  TimePoint now() const;

  uv_loop_t* loop_;
  RedisEndpoint endpoint_;
  std::string probe_channel_;
  std::vector<const Script*> scripts_;
  Counters& counters_;
  RedisConnection commands_;
  RedisConnection subscriptions_connection_;
  RedisConnection queries_;
  Subscriptions subscriptions_;
  Publishes publishes_;
  std::vector<ConnectionWatcher*> watchers_;
  RedisState state_ = RedisState::connecting;
  std::function<void()> on_state_changed_;
  TimePoint away_since_;
  TimePoint probe_unheard_since_;  // a probe was answered by Redis and has not come back; zero: none
  TimePoint next_probe_;
  std::uint64_t longest_answer_ns_ = 0;
  std::uint64_t turn_ = 0;  // the loop's time in the turn that is measured
  std::uint64_t turn_began_ns_ = 0;
  std::deque<Push> backlog_;  // for the next turns; nothing more is read from Redis until it is delivered
  UvIdle backlog_handle_;
  UvTimer tick_timer_;
  UvPrepare end_of_turn_;
};

}  // namespace belfry::bus
