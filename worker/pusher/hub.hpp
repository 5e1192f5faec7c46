// The channels of a worker and who of its clients holds which: subscribes to Redis exactly what they want, and
// publishes. Who may subscribe is the session's business.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/clock.hpp"
#include "worker/bus/bus.hpp"
#include "worker/pusher/channel.hpp"

namespace belfry::pusher {

struct App;
class Session;

class Hub final : private bus::ConnectionWatcher {
 public:
  // `prefix` is redis.prefix, `cache_ttl` how long cache channels keep their last event.
  Hub(bus::Bus& bus, std::string prefix, Milliseconds cache_ttl)
      : bus_(bus), prefix_(std::move(prefix)), cache_ttl_(cache_ttl) {
    bus_.watch(*this);
  }

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
  // The same for an event of a back end: a cache channel keeps it.
  void publish_event(const App& app, std::string_view channel, std::string_view excluded_socket_id,
                     std::string_view text, bus::Bus::OnPublished on_published);

  // Asks Redis for what a cache channel keeps, and gives the answer to the channel if that still exists then.
  void fetch_kept(const Channel& channel, std::uint64_t fetch);
  std::uint64_t next_fetch() { return ++last_fetch_; }

  void release_if_empty(Channel& channel);

 private:
  void on_commands_ready() override;
  void on_commands_lost() override {}

  std::string topic_of(const App& app, std::string_view channel) const;
  std::string kept_key_of(std::string_view topic) const;
  Channel& find_or_make(const App& app, std::string_view channel);

  bus::Bus& bus_;
  std::string prefix_;
  Milliseconds cache_ttl_;
  std::uint64_t last_fetch_ = 0;
  std::unordered_map<std::string, std::unique_ptr<Channel>> channels_;  // by topic
};

}  // namespace belfry::pusher
