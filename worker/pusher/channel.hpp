// A Pusher channel as this worker holds it: its subscribers here, and those whose subscription waits for Redis. Lives
// while it has either; Redis keeps the subscription a little longer (bus). Joining and leaving are O(1) per
// subscription.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "worker/bus/bus.hpp"

namespace belfry::pusher {

class Hub;
class Session;

class Channel final : private bus::ChannelListener {
 public:
  // `topic`, the channel of Redis, ends in the channel's name, and outlives the object.
  Channel(Hub& hub, const std::string& topic, std::string_view name);
  ~Channel() override;

  std::string_view name() const { return name_; }
  const std::string& topic() const { return topic_; }
  void holding_moved(std::uint32_t place, std::uint32_t holding) { subscribers_[place].holding = holding; }
  bool is_empty() const { return subscribers_.empty() && joiners_.empty() && !busy_; }

 private:
  friend class Hub;

  struct Subscriber {
    Session* session;
    std::uint32_t holding;  // which of the session's holdings is this one
  };
  // Asked for, and not confirmed by Redis. What the session asks for this channel meanwhile is done afterwards, in
  // order.
  struct Joiner {
    Session* session;
    std::uint32_t changes = 0;  // unsubscribe, subscribe, unsubscribe, ... that follow
  };

  void on_live() override;
  void on_interrupted() override { live_ = false; }
  void on_message(std::string_view payload) override;

  void join(Session& session);
  void remove_subscriber(std::uint32_t place);
  Joiner* find_joiner(const Session& session);

  Hub& hub_;
  const std::string& topic_;
  std::string_view name_;
  bool live_;  // Redis has confirmed: who subscribes now misses nothing from now on
  std::vector<Subscriber> subscribers_;
  std::vector<Joiner> joiners_;
  bool busy_ = false;  // it is calling sessions: it must not be destroyed
};

}  // namespace belfry::pusher
