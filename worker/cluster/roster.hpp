// Who is in a presence channel, as this worker knows it: a snapshot from Redis, and the announcements that follow it.
// The two come on different connections: an announcement that is in the snapshot already is passed over, one that came
// before the snapshot is held back, and after a gap nothing is believed until there is a new snapshot. Clients are
// told nothing but the changes that this object returns, so that what one client hears adds up.
//
// Pure: knows no Redis.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "common/keyed_hash.hpp"
#include "common/memory_account.hpp"
#include "worker/cluster/announcement.hpp"

namespace belfry::cluster {

class Roster {
 public:
  using Members = TextMap<std::string>;  // user -> info, JSON
  using Changes = std::vector<MemberChange>;
  // Whether a user who seems to be gone may only be not written yet: he stays, in doubt, until a later snapshot.
  using Spare = std::function<bool(const std::string& user)>;

  void account(MemoryAccount& account) const;

  const Members& members() const { return members_; }
  bool contains(const std::string& user) const { return members_.contains(user); }

  const Version& version() const { return version_; }

  // False: a snapshot is needed.
  bool is_synced() const { return synced_; }
  // It has once been synced, so that clients may know it.
  bool is_known() const { return known_; }
  // A snapshot of another generation than what was known: Redis had lost the channel. The first one after "" has not.
  bool is_lost_by(const Version& version) const {
    return known_ && !version_.generation.empty() && version.generation != version_.generation;
  }
  bool has_doubts() const { return !doubtful_.empty(); }
  bool spares(const std::string& user) const { return doubtful_.contains(user); }
  // Whether what Redis did with this version shows. One of another generation is older than the snapshot.
  bool covers(const Version& version) const;

  // Announcements may have been missed.
  void interrupt();

  // A snapshot is asked for now. What was held back until here and is of another generation than it is older.
  void expect_snapshot() { older_ = held_back_.size(); }
  Changes take_snapshot(Version version, Members members, const Spare& spare);
  Changes take(MembersAnnouncement announcement, const Spare& spare);

 private:
  void step(const MembersAnnouncement& announcement, const Spare& spare, Changes& changes);
  void add(const std::string& user, const std::string& info, Changes& changes);
  void remove(const std::string& user, const Spare& spare, Changes& changes);

  bool known_ = false;
  bool synced_ = false;
  Version version_;
  Members members_;
  TextSet doubtful_;
  std::vector<MembersAnnouncement> held_back_;  // until the next snapshot
  std::size_t older_ = 0;                       // so many of them had come when it was asked for
};

}  // namespace belfry::cluster
