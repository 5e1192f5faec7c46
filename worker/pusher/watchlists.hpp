// Which users are online, for those who watch them: a client that signs in may name users (user_data.watchlist), and
// hears who of them is signed in on any connection of the cluster, then each change. What one client hears adds up:
// nobody comes online twice, or goes offline of whom it had not heard.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/keyed_hash.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/channel_states.hpp"
#include "worker/cluster/keys.hpp"
#include "worker/net/shared_bytes.hpp"
#include "worker/pusher/user_bucket.hpp"

namespace belfry::pusher {

struct App;
class Session;

inline constexpr std::size_t kMaxWatched = 100;  // users on one list

// A session with the users whom it watches.
struct Watcher {
  struct Watched {
    UserBucket* bucket;
    const std::string* user;  // the bucket's
  };

  Session& session;
  std::vector<Watched> list = {};
  std::size_t unknown_buckets = 0;  // it is told nothing before there is none
};

class Watchlists final : public UserBucket::Owner {
 public:
  Watchlists(bus::Bus& bus, const cluster::Keys& keys, cluster::ChannelStates& states)
      : bus_(bus), keys_(keys), states_(states) {}

  // The first connection of this worker has signed in as the user, or the last one is gone.
  void arrive(const App& app, const std::string& user);
  void depart(const App& app, const std::string& user);

  // The session watches these users, and nobody else any more. Ids that come twice count once.
  void watch(Session& session, std::span<const std::string> users);
  void unwatch(Session& session);

  void account(MemoryAccount& account) const;

 private:
  void on_known(Watcher& watcher) override;
  void on_changed(Watcher& watcher, const cluster::Roster::Changes& changes) override;
  void on_idle(UserBucket& bucket) override;

  UserBucket& bucket(const App& app, const std::string& user);
  void tell_all(Watcher& watcher);
  void tell(Watcher& watcher, std::span<const std::string> online, std::span<const std::string> offline);

  bus::Bus& bus_;
  const cluster::Keys& keys_;
  cluster::ChannelStates& states_;
  TextMap<std::unique_ptr<UserBucket>> buckets_;  // by address
  std::unordered_map<const Session*, std::unique_ptr<Watcher>> watchers_;
  // What was told last: of a user whom many watch, the same is told to all of them.
  std::string last_text_;
  net::SharedBytes last_frame_;
};

}  // namespace belfry::pusher
