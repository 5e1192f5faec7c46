// A Pusher channel as this worker holds it: its subscribers here, and those whose subscription waits for Redis to have
// it. Lives while it has either. Joining and leaving are O(1) per subscription. What the cluster knows of the channel,
// and the roster of a presence channel, is cluster::ChannelState's.
//
// A cache channel gives a new subscriber its last event (catch_up.hpp). Events are delivered at the end of the turn in
// which they came, together, and to very many in slices, so that others of the worker have their turn in between
// (delivery.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/memory_account.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/channel_state.hpp"
#include "worker/net/shared_bytes.hpp"
#include "worker/pusher/catch_up.hpp"
#include "worker/pusher/channel_name.hpp"
#include "worker/pusher/client_message.hpp"
#include "worker/pusher/delivery.hpp"
#include "worker/pusher/envelope.hpp"
#include "worker/pusher/joiners.hpp"

namespace belfry::pusher {

struct App;
class Hub;
class Session;

class Channel final : private bus::ChannelListener, private cluster::ChannelState::Listener {
 public:
  // `address`, "APP:CHANNEL", outlives the object, which takes its name from it.
  Channel(Hub& hub, const App& app, const std::string& address, std::string_view name);
  ~Channel() override;

  std::string_view name() const { return name_; }
  const std::string& address() const { return address_; }
  bool is_empty() const { return subscribers_.empty() && joiners_.empty() && delivery_ == nullptr && !busy_; }

  void account(MemoryAccount& account) const;

  // The session, which holds the channel already, is subscribed when Redis has said what it has to. `member`: who it is
  // in a presence channel.
  void admit(Session& session, const std::optional<Member>& member);
  // What it asks for while it waits is done afterwards, in order.
  void subscribe_later(Session& session, const std::optional<Member>& member);
  void unsubscribe_later(Session& session);
  bool is_to_leave(const Session& session);  // the last of what it asked for is to unsubscribe

  void remove_subscriber(std::uint32_t place);
  void remove_joiner(Session& session);
  void holding_moved(std::uint32_t place, std::uint32_t holding) { subscribers_[place].holding = holding; }

  // Of a presence channel: who the subscriber is.
  const std::string& user_at(std::uint32_t place) const { return users_[place]->first; }

  // It may tell its subscribers again how many they are.
  void end_total_pause(std::uint64_t pause);

  // Goes on with what is to be delivered, for so many subscribers that others need not wait long; false: nothing is
  // left.
  bool deliver_slice();
  // Gives the subscriber now what he would get at the end of the turn.
  void deliver_rest(std::uint32_t place);

  // What is kept, in answer to Hub::fetch_kept() number `fetch`.
  void handle_kept(std::uint64_t fetch, bus::Reply reply);
  // Redis can be asked again.
  void retry_fetch();

 private:
  using User = cluster::OwnUsers::Entry;

  struct Subscriber {
    Session* session;
    std::uint32_t holding;  // which of the session's holdings is this one
    std::uint32_t seen;     // number of the last event that he need not get any more
  };

  void on_live() override;
  void on_interrupted() override;
  void on_message(std::string_view payload) override;
  cluster::ChannelState::Rules rules() const override;
  void on_settled() override;
  void on_members(const cluster::Roster::Changes& changes) override;
  void on_total(std::uint64_t total) override;
  void on_full(const std::string& user) override;

  void start_fetch();
  bool is_admissible(const Joiner& joiner) const;
  void admit_joiners(const std::optional<Envelope>& kept);
  void join(const Joiner& joiner);
  void greet(Session& session, net::SharedBytes& roster);
  void give_kept(Session& session, const std::optional<Envelope>& kept);
  void grant_wishes(const Joiner& joiner);
  void tell_total();
  void deliver(Event event);
  void measure(const Event& event) const;
  net::SharedBytes roster_frame() const;
  cluster::Ticket recount();

  Hub& hub_;
  const App& app_;
  const std::string& address_;
  std::string_view name_;
  ChannelKind kind_;
  bool live_ = false;              // Redis has confirmed: who subscribes now misses nothing from now on
  bool busy_ = false;              // it is calling sessions: it must not be destroyed
  bool owes_total_ = false;        // and another one has come since
  std::uint64_t last_total_ = 0;   // that was announced
  std::uint64_t total_pause_ = 0;  // the total was just told, and end_total_pause() is called with this; 0: it is not
  std::vector<Subscriber> subscribers_;
  std::vector<User*> users_;  // of a presence channel, who the subscribers are, in their order
  Joiners joiners_;
  std::unique_ptr<CatchUp> catch_up_;   // null: not a cache channel
  std::unique_ptr<Delivery> delivery_;  // null: nothing is to be delivered
  std::uint32_t newest_ = 0;            // number of the last event, for the delivery
  cluster::ChannelState& state_;
};

}  // namespace belfry::pusher
