#include "worker/cluster/own_users.hpp"

#include <algorithm>

#include "common/assert.hpp"
#include "common/keyed_hash.hpp"

namespace belfry::cluster {
namespace {

// 40 bits: Lua's numbers hold the sums of many.
std::uint64_t hash_of(const std::string& user) { return KeyedHash()(user) & 0xff'ffff'ffff; }

}  // namespace

void OwnUsers::account(MemoryAccount& account) const {
  account.add(MemoryKind::presence,
              MemoryAccount::block_bytes(this) + MemoryAccount::heap_of(users_) + MemoryAccount::heap_of(queue_));
  for (const auto& [name, user] : users_)
    account.add(MemoryKind::presence, MemoryAccount::heap_of(name) + MemoryAccount::heap_of(user.info));
}

OwnUsers::Entry& OwnUsers::add(const std::string& user, const std::string& info) {
  Entry& entry = *users_.try_emplace(user).first;
  if (entry.second.holds++ == 0 && !entry.second.written) entry.second.info = info;
  if (!entry.second.written) enqueue(entry);
  return entry;
}

void OwnUsers::remove(Entry& entry, bool keep_row) {
  BELFRY_ASSERT(entry.second.holds > 0);
  if (--entry.second.holds == 0 && !keep_row) enqueue(entry);
}

OwnUsers::Entry& OwnUsers::at(const std::string& user) {
  const auto found = users_.find(user);
  BELFRY_ASSERT(found != users_.end());
  return *found;
}

bool OwnUsers::holds(const std::string& user) const {
  const auto found = users_.find(user);
  return found != users_.end() && found->second.holds > 0;
}

void OwnUsers::enqueue(Entry& entry) {
  if (std::exchange(entry.second.queued, true)) return;
  queue_.push_back(entry.first);
}

std::vector<OwnUsers::Op> OwnUsers::take_ops(std::size_t most) {
  std::vector<Op> ops;
  std::size_t taken = 0;
  for (; taken < queue_.size() && ops.size() < most; ++taken) {
    const auto found = users_.find(queue_[taken]);
    Entry& entry = *found;
    User& user = entry.second;
    user.queued = false;
    if (user.holds > 0 && !user.written) {
      ops.push_back({user.admitted ? '!' : '+', entry.first, user.info});
      set_written(entry, true);
    } else if (user.holds == 0) {
      if (user.written) ops.push_back({'-', entry.first, {}});
      set_written(entry, false);
      users_.erase(found);
    }
  }
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(taken));
  return ops;
}

void OwnUsers::admitted(const std::string& user) {
  if (const auto found = users_.find(user); found != users_.end()) found->second.admitted = true;
}

void OwnUsers::refused(const std::string& user) {
  if (const auto found = users_.find(user); found != users_.end()) set_written(*found, false);
}

void OwnUsers::set_written(Entry& entry, bool written) {
  if (std::exchange(entry.second.written, written) == written) return;
  digest_ += written ? hash_of(entry.first) : -hash_of(entry.first);
  if (written) ++written_;
  else --written_;
}

std::vector<std::string> OwnUsers::written_names() const {
  std::vector<std::string> names;
  for (const auto& [name, user] : users_)
    if (user.written) names.push_back(name);
  return names;
}

void OwnUsers::confirm() {
  for (auto& [name, user] : users_) user.admitted = user.admitted || user.written;
}

void OwnUsers::reconcile(const std::vector<std::string>& rows) {
  const TextSet there(rows.begin(), rows.end());
  for (const std::string& row : rows) users_.try_emplace(row);
  for (Entry& entry : users_) {
    set_written(entry, there.contains(entry.first));
    entry.second.admitted = entry.second.admitted || entry.second.written;
    if (entry.second.written != (entry.second.holds > 0)) enqueue(entry);
  }
}

void OwnUsers::forget_rows() { reconcile({}); }

}  // namespace belfry::cluster
