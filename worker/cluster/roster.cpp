#include "worker/cluster/roster.hpp"

#include <utility>

namespace belfry::cluster {

void Roster::account(MemoryAccount& account) const {
  account.add(MemoryKind::presence, MemoryAccount::block_bytes(this) + MemoryAccount::heap_of(members_) +
                                        MemoryAccount::heap_of(version_.generation));
  for (const auto& [user, info] : members_)
    account.add(MemoryKind::presence, MemoryAccount::heap_of(user) + MemoryAccount::heap_of(info));
}

bool Roster::covers(const Version& version) const {
  return synced_ && (version.generation != version_.generation || version.number <= version_.number);
}

void Roster::interrupt() {
  synced_ = false;
  held_back_.clear();
  older_ = 0;
}

Roster::Changes Roster::take_snapshot(Version version, Members members, const Spare& spare) {
  Changes changes;
  std::vector<std::string> missing;
  for (const auto& [user, info] : members_)
    if (!members.contains(user)) missing.push_back(user);
  for (const std::string& user : missing) remove(user, spare, changes);
  for (const auto& [user, info] : members) add(user, info, changes);
  if (!known_) changes.clear();  // there is nobody yet who knew another one
  known_ = synced_ = true;
  version_ = std::move(version);
  const std::size_t older = std::exchange(older_, 0);
  std::vector<MembersAnnouncement> held_back = std::exchange(held_back_, {});
  for (std::size_t i = 0; i < held_back.size(); ++i) {
    MembersAnnouncement& announcement = held_back[i];
    if (i < older && announcement.version.generation != version_.generation) continue;
    if (synced_) step(announcement, spare, changes);
    if (!synced_) held_back_.push_back(std::move(announcement));
  }
  return changes;
}

Roster::Changes Roster::take(MembersAnnouncement announcement, const Spare& spare) {
  Changes changes;
  if (synced_) step(announcement, spare, changes);
  if (!synced_) held_back_.push_back(std::move(announcement));
  return changes;
}

void Roster::step(const MembersAnnouncement& announcement, const Spare& spare, Changes& changes) {
  const Version& next = announcement.version;
  if (next.generation == version_.generation && next.number <= version_.number) return;
  if (next.generation != version_.generation || next.number != version_.number + 1) {
    synced_ = false;
    return;
  }
  version_ = next;
  for (const MemberChange& change : announcement.changes) {
    if (change.joined) add(change.user, change.info, changes);
    else if (members_.contains(change.user)) remove(change.user, spare, changes);
  }
}

void Roster::add(const std::string& user, const std::string& info, Changes& changes) {
  doubtful_.erase(user);
  if (members_.try_emplace(user, info).second) changes.push_back({true, user, info});
}

void Roster::remove(const std::string& user, const Spare& spare, Changes& changes) {
  if (spare(user)) return void(doubtful_.insert(user));
  doubtful_.erase(user);
  members_.erase(user);
  changes.push_back({false, user, {}});
}

}  // namespace belfry::cluster
