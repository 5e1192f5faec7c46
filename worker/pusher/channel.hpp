// A Pusher channel as this worker holds it: its subscribers here, and those whose subscription waits for Redis. Lives
// while it has either; Redis keeps the subscription a little longer (bus). Joining and leaving are O(1) per
// subscription.
//
// A cache channel gives a new subscriber its last event. That comes on another connection than the live ones, so that
// it may be older or newer than they are: the events' numbers tell, and nobody gets one twice or misses one
// (handle_kept()).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/bus/bus.hpp"
#include "worker/net/shared_bytes.hpp"
#include "worker/pusher/envelope.hpp"

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
  bool is_empty() const { return subscribers_.empty() && joiners_.empty() && !busy_; }

  // Subscribes the session, which holds the channel already; at once, or when Redis has said what it has to.
  void admit(Session& session);
  // What is kept, in answer to Hub::fetch_kept() number `fetch`.
  void handle_kept(std::uint64_t fetch, bus::Reply reply);
  // Redis can be asked again.
  void retry_fetch();
  void holding_moved(std::uint32_t place, std::uint32_t holding) { subscribers_[place].holding = holding; }

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
  // An event that came live.
  struct Event {
    std::optional<ws::SessionId> excluded;
    std::uint64_t number;
    net::SharedBytes frame;
  };
  // This subscriber got the kept event with this number: what is not newer is old for it.
  struct Caught {
    const Session* session;
    std::uint64_t number;
  };
  // What only a cache channel has.
  struct Cache {
    std::uint64_t fetch = 0;        // under way; 0: none
    std::vector<Event> meanwhile;   // that came since it was sent
    std::uint64_t last_number = 0;  // of the live events
    std::vector<Caught> caught_up;  // those for whom an old event may still come
  };

  void on_live() override;
  void on_interrupted() override;
  void on_message(std::string_view payload) override;

  void start_fetch();
  void admit_joiners(const std::optional<Envelope>& kept);
  void catch_up(Session& session, const std::optional<Envelope>& kept);
  bool is_old_for(const Session& session, const Event& event) const;
  void join(Session& session);
  void remove_subscriber(std::uint32_t place);
  Joiner* find_joiner(const Session& session);

  Hub& hub_;
  const std::string& topic_;
  std::string_view name_;
  bool live_;          // Redis has confirmed: who subscribes now misses nothing from now on
  bool busy_ = false;  // it is calling sessions: it must not be destroyed
  std::vector<Subscriber> subscribers_;
  std::vector<Joiner> joiners_;
  std::unique_ptr<Cache> cache_;  // null: not a cache channel
};

}  // namespace belfry::pusher
