#include "worker/pusher/user_bucket.hpp"

#include <cstdint>
#include <unordered_map>
#include <utility>

#include "worker/cluster/announcement.hpp"

namespace belfry::pusher {
namespace {

// So many that each is small, so few that a worker can follow all of them.
constexpr std::uint32_t kBuckets = 256;

// FNV-1a: the same in every process and version.
std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2166136261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

}  // namespace

std::string bucket_of(std::string_view user) { return "!users-" + std::to_string(hash_of(user) % kBuckets); }

UserBucket::UserBucket(bus::Bus& bus, const cluster::Keys& keys, cluster::ChannelStates& states,
                       const std::string& address, Owner& owner)
    : bus_(bus),
      states_(states),
      address_(address),
      topic_(keys.topic(address)),
      owner_(owner),
      state_(states.attach(address, false, *this)) {}

UserBucket::~UserBucket() {
  if (!watched_.empty()) bus_.unsubscribe(topic_);
  states_.detach(state_);
}

void UserBucket::arrive(const std::string& user) {
  ++signed_in_;
  state_.add_user(user, {});
}

void UserBucket::depart(const std::string& user) {
  --signed_in_;
  state_.remove_user(user);
  owner_.on_idle(*this);
}

const std::string& UserBucket::watch(const std::string& user, Watcher& watcher) {
  if (watched_.empty()) begin_to_follow();
  const auto found = watched_.try_emplace(user).first;
  found->second.insert(&watcher);
  return found->first;
}

// Who watches counts as a subscriber, so that Redis keeps the bucket's version while nobody is signed in. on_settled()
// comes when the roster is known.
void UserBucket::begin_to_follow() {
  state_.follow(true);
  if (bus_.subscribe(topic_, *this) == bus::Bus::Standing::live) state_.set_live(true);
  state_.set_count(1);
}

void UserBucket::unwatch(const std::string& user, Watcher& watcher) {
  waiting_.erase(&watcher);
  const auto found = watched_.find(user);
  found->second.erase(&watcher);
  if (!found->second.empty()) return;
  watched_.erase(found);
  if (!watched_.empty()) return;
  bus_.unsubscribe(topic_);
  state_.set_count(0);
  state_.follow(false);
  owner_.on_idle(*this);
}

bool UserBucket::wait_until_known(Watcher& watcher) { return !is_known() && waiting_.insert(&watcher).second; }

void UserBucket::account(MemoryAccount& account) const {
  account.add(MemoryKind::presence, MemoryAccount::block_bytes(this) + MemoryAccount::heap_of(watched_));
  for (const auto& [user, watchers] : watched_)
    account.add(MemoryKind::presence, MemoryAccount::heap_of(user) + watchers.size() * 3 * sizeof(void*));
}

// ---- what comes from Redis

void UserBucket::on_live() { state_.set_live(true); }

void UserBucket::on_message(std::string_view payload) {
  auto announcement = cluster::parse_announcement(payload);
  if (announcement) state_.take(std::move(*announcement));
}

// Telling a watcher may end him, and nobody else.
void UserBucket::on_settled() {
  if (!is_known()) return;
  const bool was_busy = std::exchange(busy_, true);
  for (Watcher* watcher : std::exchange(waiting_, {})) owner_.on_known(*watcher);
  busy_ = was_busy;
  owner_.on_idle(*this);
}

void UserBucket::on_members(const cluster::Roster::Changes& changes) {
  std::unordered_map<Watcher*, cluster::Roster::Changes> theirs;
  for (const cluster::MemberChange& change : changes) {
    const auto found = watched_.find(change.user);
    if (found == watched_.end()) continue;
    for (Watcher* watcher : found->second)
      if (!waiting_.contains(watcher)) theirs[watcher].push_back(change);
  }
  const bool was_busy = std::exchange(busy_, true);
  for (const auto& [watcher, some] : theirs) owner_.on_changed(*watcher, some);
  busy_ = was_busy;
  owner_.on_idle(*this);
}

}  // namespace belfry::pusher
