// The channels of a worker and who of its clients holds which: subscribes to Redis exactly what they want, and
// publishes. Who may subscribe is the session's business.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.hpp"
#include "common/keyed_hash.hpp"
#include "common/uv_handle.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/channel_states.hpp"
#include "worker/cluster/keys.hpp"
#include "worker/pusher/activity.hpp"
#include "worker/pusher/channel.hpp"
#include "worker/pusher/stamp.hpp"
#include "worker/pusher/total_pauses.hpp"

namespace belfry::pusher {

struct App;
class Apps;
class Session;

class Hub final : private bus::ConnectionWatcher {
 public:
  // `cache_ttl`: how long cache channels keep their last event.
  Hub(uv_loop_t* loop, bus::Bus& bus, const cluster::Keys& keys, cluster::ChannelStates& states, Milliseconds cache_ttl,
      StampOffice stamps, Counters& counters);

  void set_cache_ttl(Milliseconds cache_ttl) { cache_ttl_ = cache_ttl; }

  bus::Bus& bus() { return bus_; }
  const cluster::Keys& keys() const { return keys_; }
  cluster::ChannelStates& states() { return states_; }
  // Everybody who does something here tells it there.
  Activity& activity() { return activity_; }

  // False: the session holds the channel already. Else it is told when Redis has confirmed. `member`: who it is in a
  // presence channel.
  bool subscribe(Session& session, std::string_view channel, const std::optional<Member>& member);
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

  // Channel::end_total_pause() is called, a moment later, with the number that this returns.
  std::uint64_t pause_totals(const Channel& channel) { return total_pauses_.begin(channel.address()); }

  // Channel::deliver_slice() is called at the end of the turn and of the next ones, until it says that nothing is left;
  // where too many wait, first at once.
  // The channel is not empty until then.
  void deliver_later(Channel& channel);

  // When this node published an event that comes back; nullopt: it did not.
  std::optional<std::uint64_t> published_ns(std::string_view stamp) const { return stamps_.published_ns(stamp); }

  void account(MemoryAccount& account) const;

 private:
  void on_commands_ready() override;
  void on_commands_lost() override {}

  void deliver_slices();
  void deliver_next();
  void end_total_pause(const std::string& address, std::uint64_t pause);
  Channel& find_or_make(const App& app, std::string_view channel);

  bus::Bus& bus_;
  const cluster::Keys& keys_;
  cluster::ChannelStates& states_;
  Milliseconds cache_ttl_;
  StampOffice stamps_;
  std::uint64_t last_fetch_ = 0;
  Activity activity_;
  TextMap<std::unique_ptr<Channel>> channels_;  // by address
  std::deque<Channel*> to_deliver_;
  UvIdle end_of_turn_;  // active while there is something to deliver
  TotalPauses total_pauses_;
};

// Names a channel in the cluster: "APP:CHANNEL".
std::string address_of(const App& app, std::string_view channel);
cluster::Telling telling_of(const App& app, const ChannelKind& kind);
cluster::Telling telling_of(const Apps& apps, std::string_view address);

}  // namespace belfry::pusher
