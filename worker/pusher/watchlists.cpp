#include "worker/pusher/watchlists.hpp"

#include <set>
#include <tuple>
#include <utility>

#include "worker/pusher/hub.hpp"
#include "worker/pusher/server_events.hpp"
#include "worker/pusher/session.hpp"
#include "worker/ws/frame_encoder.hpp"

namespace belfry::pusher {

UserBucket& Watchlists::bucket(const App& app, const std::string& user) {
  const auto [found, made] = buckets_.try_emplace(address_of(app, bucket_of(user)));
  if (made) found->second = std::make_unique<UserBucket>(bus_, keys_, states_, found->first, *this);
  return *found->second;
}

void Watchlists::on_idle(UserBucket& bucket) {
  if (bucket.is_empty()) buckets_.erase(buckets_.find(bucket.address()));
}

void Watchlists::arrive(const App& app, const std::string& user) { bucket(app, user).arrive(user); }

void Watchlists::depart(const App& app, const std::string& user) { bucket(app, user).depart(user); }

void Watchlists::watch(Session& session, std::span<const std::string> users) {
  unwatch(session);
  if (users.empty()) return;
  Watcher& watcher = *watchers_.emplace(&session, std::make_unique<Watcher>(Watcher{session})).first->second;
  for (const std::string& user : std::set<std::string>(users.begin(), users.end())) {
    UserBucket& its = bucket(session.app(), user);
    watcher.list.push_back({&its, &its.watch(user, watcher)});
    if (its.wait_until_known(watcher)) ++watcher.unknown_buckets;
  }
  if (watcher.unknown_buckets == 0) tell_all(watcher);
}

void Watchlists::unwatch(Session& session) {
  const auto watcher = watchers_.extract(&session);
  if (!watcher) return;
  for (const Watcher::Watched& watched : watcher.mapped()->list)
    watched.bucket->unwatch(std::string(*watched.user), *watcher.mapped());
}

void Watchlists::account(MemoryAccount& account) const {
  account.add(MemoryKind::presence, MemoryAccount::heap_of(buckets_) + MemoryAccount::heap_of(watchers_));
  for (const auto& [address, bucket] : buckets_) bucket->account(account);
  for (const auto& [session, watcher] : watchers_)
    account.add(MemoryKind::presence,
                MemoryAccount::block_bytes(watcher.get()) + MemoryAccount::heap_of(watcher->list));
}

void Watchlists::on_known(Watcher& watcher) {
  if (--watcher.unknown_buckets == 0) tell_all(watcher);
}

void Watchlists::tell_all(Watcher& watcher) {
  std::vector<std::string> online, offline;
  for (const Watcher::Watched& watched : watcher.list)
    (watched.bucket->is_online(*watched.user) ? online : offline).push_back(*watched.user);
  tell(watcher, online, offline);
}

// Who came and went in between has not changed.
void Watchlists::on_changed(Watcher& watcher, const cluster::Roster::Changes& changes) {
  if (watcher.unknown_buckets != 0) return;
  std::set<std::string> online, offline;
  for (const cluster::MemberChange& change : changes) {
    auto [now, before] = change.joined ? std::tie(online, offline) : std::tie(offline, online);
    if (before.erase(change.user) == 0) now.insert(change.user);
  }
  tell(watcher, std::vector(online.begin(), online.end()), std::vector(offline.begin(), offline.end()));
}

void Watchlists::tell(Watcher& watcher, std::span<const std::string> online, std::span<const std::string> offline) {
  if (online.empty() && offline.empty()) return;
  std::string text = watchlist_events(online, offline);
  if (text != last_text_) {
    last_frame_ = ws::encode_frame(ws::Opcode::text, text);
    last_text_ = std::move(text);
  }
  watcher.session.send_frame(last_frame_);
}

}  // namespace belfry::pusher
