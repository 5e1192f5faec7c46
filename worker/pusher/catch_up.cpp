#include "worker/pusher/catch_up.hpp"

namespace belfry::pusher {

void CatchUp::account(MemoryAccount& account) const {
  account.add(MemoryKind::channels,
              MemoryAccount::block_bytes(this) + MemoryAccount::heap_of(meanwhile_) + MemoryAccount::heap_of(ahead_));
  for (const Event& event : meanwhile_) {
    account.add(MemoryKind::channels, MemoryAccount::heap_of(event.excluded));
    account.add_shared(MemoryKind::channels, event.frame.block());
  }
}

void CatchUp::end_fetch() {
  fetch_ = 0;
  meanwhile_.clear();
}

void CatchUp::pass(Event& event) {
  if (is_fetching()) meanwhile_.push_back(event);
  for (const Ahead& one : ahead_)
    if (event.kept_number != 0 && event.kept_number <= one.number) event.excluded.push_back(one.session);
  last_number_ = std::max(last_number_, event.kept_number);
  std::erase_if(ahead_, [this](const Ahead& one) { return one.number <= last_number_; });
}

void CatchUp::leave(const ws::SessionId& session) {
  std::erase_if(ahead_, [&](const Ahead& one) { return one.session == session; });
}

}  // namespace belfry::pusher
