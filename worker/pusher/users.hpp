// The users who have signed in on connections of this worker, and their end: who terminates a user's connections tells
// all workers on one channel of Redis. A worker that could not hear it then is told when it can again.
#pragma once

#include <uv.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/keyed_hash.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/keys.hpp"
#include "worker/pusher/watchlists.hpp"

namespace belfry::pusher {

struct App;
struct User;
class Session;

class Users final : private bus::ChannelListener, private bus::ConnectionWatcher {
 public:
  // `topic`: of Redis, the same for all workers.
  Users(uv_loop_t* loop, bus::Bus& bus, const cluster::Keys& keys, cluster::ChannelStates& states, std::string topic);
  ~Users() override;

  void add(Session& session, const std::string& user);
  void remove(Session& session, const std::string& user);

  Watchlists& watchlists() { return watchlists_; }
  void account(MemoryAccount& account) const;

  // Closes every connection on which the user has signed in, on all workers of all nodes.
  void terminate(const App& app, std::string_view user, bus::Bus::OnPublished on_published);

 private:
  struct Connection {
    Session* session;
    std::uint64_t since_ms;  // of the loop's clock
  };
  struct SignedIn {
    std::vector<Connection> connections;
    bool shown = false;  // watchlists say that he is online
  };

  void on_live() override;
  void on_interrupted() override;
  void on_message(std::string_view payload) override;
  void on_commands_ready() override { catch_up(); }
  void on_commands_lost() override {}

  void catch_up();
  void handle_terminations(bus::Reply reply);
  void close_those_until(const std::string& name, std::uint64_t time_ms);

  uv_loop_t* loop_;
  bus::Bus& bus_;
  const cluster::Keys& keys_;
  std::string topic_;
  Watchlists watchlists_;
  bool live_ = false;                           // we hear what is said
  std::optional<std::uint64_t> deaf_since_ms_;  // what was said since then may have been missed
  TextMap<SignedIn> users_;                     // by app and user
};

}  // namespace belfry::pusher
