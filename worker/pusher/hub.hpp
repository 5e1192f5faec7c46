// The channels of a worker and who of its clients holds which: subscribes to Redis exactly what they want, and
// publishes. Who may subscribe is the session's business.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "worker/bus/bus.hpp"
#include "worker/pusher/channel.hpp"

namespace belfry::pusher {

struct App;
class Session;

class Hub {
 public:
  // `prefix` is redis.prefix.
  Hub(bus::Bus& bus, std::string prefix) : bus_(bus), prefix_(std::move(prefix)) {}

  bus::Bus& bus() { return bus_; }

  // False: the session holds the channel already. Else it is told when Redis has confirmed, at once where others hold
  // the channel.
  bool subscribe(Session& session, std::string_view channel);
  // Nothing happens where the session does not hold the channel.
  void unsubscribe(Session& session, std::string_view channel);
  void leave_all(Session& session);

  // `text` is what the subscribers get, except for the session with `excluded_socket_id`, if one is given.
  void publish(const App& app, std::string_view channel, std::string_view excluded_socket_id, std::string_view text,
               bus::Bus::OnPublished on_published);

  void release_if_empty(Channel& channel);

 private:
  std::string topic_of(const App& app, std::string_view channel) const;
  Channel& find_or_make(const App& app, std::string_view channel);

  bus::Bus& bus_;
  std::string prefix_;
  std::unordered_map<std::string, std::unique_ptr<Channel>> channels_;  // by topic
};

}  // namespace belfry::pusher
