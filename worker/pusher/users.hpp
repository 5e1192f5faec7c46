// The users who have signed in on connections of this worker, and their end: who terminates a user's connections tells
// all workers on one channel of Redis.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "worker/bus/bus.hpp"

namespace belfry::pusher {

struct App;
class Session;

class Users final : private bus::ChannelListener {
 public:
  // `topic`: of Redis, the same for all workers.
  Users(bus::Bus& bus, std::string topic);
  ~Users() override;

  void add(Session& session, std::string_view user);
  void remove(Session& session, std::string_view user);

  // Closes every connection on which the user has signed in, on all workers of all nodes.
  void terminate(const App& app, std::string_view user, bus::Bus::OnPublished on_published);

 private:
  void on_live() override {}
  void on_interrupted() override {}
  void on_message(std::string_view payload) override;

  bus::Bus& bus_;
  std::string topic_;
  std::unordered_map<std::string, std::vector<Session*>> sessions_;  // by app and user
};

}  // namespace belfry::pusher
