// One of the buckets into which the users of an app are hashed: who of them is signed in on a connection of this
// worker, which is written in Redis, and, while somebody here watches one of them, who is signed in anywhere in the
// cluster. For the cluster's state a bucket is a presence channel that no client can name. Its topic is subscribed only
// while somebody watches.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/keyed_hash.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/channel_states.hpp"
#include "worker/cluster/keys.hpp"

namespace belfry::pusher {

struct Watcher;

// "!users-17": in which of an app's buckets every worker of the cluster has this user.
std::string bucket_of(std::string_view user);

class UserBucket final : private bus::ChannelListener, private cluster::ChannelState::Listener {
 public:
  class Owner {
   public:
    // The bucket is known from here on, for which the watcher waited.
    virtual void on_known(Watcher& watcher) = 0;
    // These users have come online or gone offline, whom he watches.
    virtual void on_changed(Watcher& watcher, const cluster::Roster::Changes& changes) = 0;
    // It may be empty: the last that a callback does.
    virtual void on_idle(UserBucket& bucket) = 0;

   protected:
    ~Owner() = default;
  };

  // `address` outlives the object.
  UserBucket(bus::Bus& bus, const cluster::Keys& keys, cluster::ChannelStates& states, const std::string& address,
             Owner& owner);
  ~UserBucket() override;

  const std::string& address() const { return address_; }
  bool is_empty() const { return signed_in_ == 0 && watched_.empty() && !busy_; }

  // The first connection of this worker has signed in as the user, or the last one is gone.
  void arrive(const std::string& user);
  void depart(const std::string& user);

  // Returns the user's name as the bucket keeps it, until unwatch().
  const std::string& watch(const std::string& user, Watcher& watcher);
  void unwatch(const std::string& user, Watcher& watcher);
  // Where it is not known yet who is signed in, on_known() will be called for the watcher; true: this call asked for
  // it.
  bool wait_until_known(Watcher& watcher);
  void account(MemoryAccount& account) const;
  bool is_online(const std::string& user) const { return state_.roster().contains(user); }

 private:
  using Watchers = std::unordered_set<Watcher*>;

  void on_live() override;
  void on_interrupted() override { state_.set_live(false); }
  void on_message(std::string_view payload) override;
  cluster::ChannelState::Rules rules() const override { return {}; }
  void on_settled() override;
  void on_members(const cluster::Roster::Changes& changes) override;
  void on_total(std::uint64_t) override {}
  void on_full(const std::string&) override {}

  void begin_to_follow();
  bool is_known() const { return state_.roster().is_known(); }

  bus::Bus& bus_;
  cluster::ChannelStates& states_;
  const std::string& address_;
  std::string topic_;  // of Redis
  Owner& owner_;
  cluster::ChannelState& state_;
  std::size_t signed_in_ = 0;
  bool busy_ = false;  // it is calling its owner: it must not be destroyed
  TextMap<Watchers> watched_;
  Watchers waiting_;  // until the bucket is known
};

}  // namespace belfry::pusher
