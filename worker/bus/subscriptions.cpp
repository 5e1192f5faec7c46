#include "worker/bus/subscriptions.hpp"

#include <algorithm>
#include <utility>

#include "common/assert.hpp"

namespace belfry::bus {
namespace {

constexpr std::size_t kChannelsACommand = 500;

}  // namespace

void Subscriptions::account(MemoryAccount& account) const {
  account.add(MemoryKind::redis, MemoryAccount::heap_of(entries_));
  for (const auto& [channel, entry] : entries_) account.add(MemoryKind::redis, MemoryAccount::heap_of(channel));
}

Bus::Standing Subscriptions::subscribe(const std::string& channel, ChannelListener& listener, TimePoint now) {
  Entry& entry = entries_[channel];
  BELFRY_ASSERT(entry.listener == nullptr);
  entry.listener = &listener;
  if (entry.state == State::live) return Bus::Standing::live;
  if (!up_) return Bus::Standing::away;
  if (entry.state == State::absent) ask_for(channel, now);
  return Bus::Standing::pending;  // one that is leaving subscribes again when Redis has confirmed
}

void Subscriptions::unsubscribe(const std::string& channel, TimePoint now) {
  const auto found = entries_.find(channel);
  BELFRY_ASSERT(found != entries_.end() && found->second.listener != nullptr);
  found->second.listener = nullptr;
  found->second.left = now;
  if (!up_) entries_.erase(found);
  else if (found->second.state == State::live) leavers_.push_back({now, channel});
}

void Subscriptions::ask_for(const std::string& channel, TimePoint now) {
  if (unconfirmed_++ == 0) progress_ = now;
  entries_[channel].state = State::subscribing;
  to_subscribe_.push_back(channel);
}

void Subscriptions::flush() { send_in_pieces("SUBSCRIBE", std::exchange(to_subscribe_, {})); }

// A piece is as much as Redis does without anybody else having a turn.
void Subscriptions::send_in_pieces(std::string_view verb, std::span<const std::string> channels) {
  for (; !channels.empty(); channels = channels.subspan(std::min(kChannelsACommand, channels.size())))
    send_(verb, channels.first(std::min(kChannelsACommand, channels.size())));
}

void Subscriptions::connection_up(TimePoint now) {
  up_ = true;
  for (const auto& [channel, entry] : entries_) ask_for(channel, now);
}

void Subscriptions::connection_down() {
  if (!up_) return;
  up_ = false;
  unconfirmed_ = 0;
  to_subscribe_.clear();
  leavers_.clear();
  std::erase_if(entries_, [](const auto& named) { return named.second.listener == nullptr; });
  std::vector<ChannelListener*> interrupted;
  for (auto& [channel, entry] : entries_) {
    entry.state = State::absent;
    interrupted.push_back(entry.listener);
  }
  for (ChannelListener* listener : interrupted) listener->on_interrupted();
}

void Subscriptions::confirmed_subscribe(const std::string& channel, TimePoint now) {
  const auto found = entries_.find(channel);
  if (found == entries_.end() || found->second.state != State::subscribing) return;
  --unconfirmed_;
  progress_ = now;
  found->second.state = State::live;
  if (ChannelListener* listener = found->second.listener) return listener->on_live();
  found->second.left = now;
  leavers_.push_back({now, channel});
}

void Subscriptions::confirmed_unsubscribe(const std::string& channel, TimePoint now) {
  const auto found = entries_.find(channel);
  if (found == entries_.end() || found->second.state != State::leaving) return;
  if (found->second.listener == nullptr) entries_.erase(found);
  else ask_for(channel, now);
}

void Subscriptions::message(const std::string& channel, std::string_view payload) {
  const auto found = entries_.find(channel);
  if (found == entries_.end() || found->second.state != State::live) return;
  if (ChannelListener* listener = found->second.listener) listener->on_message(payload);
}

void Subscriptions::expire(TimePoint now) {
  std::vector<std::string> unwanted;
  for (; !leavers_.empty() && now - leavers_.front().left >= kLinger; leavers_.pop_front()) {
    const Leaver& leaver = leavers_.front();
    const auto found = entries_.find(leaver.channel);
    if (found == entries_.end() || found->second.listener != nullptr || found->second.left != leaver.left) continue;
    if (found->second.state != State::live) continue;
    found->second.state = State::leaving;
    unwanted.push_back(leaver.channel);
  }
  send_in_pieces("UNSUBSCRIBE", unwanted);
}

Milliseconds Subscriptions::unconfirmed_for(TimePoint now) const {
  if (unconfirmed_ == 0) return Milliseconds(0);
  return std::chrono::duration_cast<Milliseconds>(now - progress_);
}

}  // namespace belfry::bus
