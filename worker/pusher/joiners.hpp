// Those who have asked for a channel and are not subscribed yet, since Redis is to have it first. What one asks of the
// channel meanwhile is done afterwards, in order: unsubscribe, subscribe, unsubscribe, ...
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "common/memory_account.hpp"
#include "worker/cluster/channel_state.hpp"
#include "worker/pusher/client_message.hpp"

namespace belfry::pusher {

class Session;

struct Wish {
  bool subscribe;
  std::optional<Member> member = {};
};

struct Joiner {
  Session* session = nullptr;
  cluster::OwnUsers::Entry* user = nullptr;  // of a presence channel
  cluster::Ticket ticket = 0;                // settled when Redis counts it
  std::vector<Wish> wishes = {};

  bool is_to_leave() const { return !wishes.empty() && !wishes.back().subscribe; }
};

class Joiners {
 public:
  bool empty() const { return all_.empty(); }
  std::size_t size() const { return all_.size(); }
  void account(MemoryAccount& account) const { account.add(MemoryKind::channels, MemoryAccount::heap_of(all_)); }

  Joiner& add(Joiner joiner) { return all_.emplace_back(std::move(joiner)); }
  Joiner* find(const Session& session) {
    const auto found = std::ranges::find(all_, &session, &Joiner::session);
    return found == all_.end() ? nullptr : &*found;
  }

  template <typename Is>
  bool any(Is is) const {
    return std::ranges::any_of(all_, is);
  }
  // Those for whom `is` holds, in the order of their coming, are taken off.
  template <typename Is>
  std::vector<Joiner> take(Is is) {
    const auto taken = std::stable_partition(all_.begin(), all_.end(), [&](const Joiner& one) { return !is(one); });
    std::vector<Joiner> result(std::make_move_iterator(taken), std::make_move_iterator(all_.end()));
    all_.erase(taken, all_.end());
    if (all_.empty()) all_.shrink_to_fit();  // most channels have no more
    return result;
  }

 private:
  std::vector<Joiner> all_;
};

}  // namespace belfry::pusher
