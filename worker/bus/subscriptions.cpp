#include "worker/bus/subscriptions.hpp"

#include <algorithm>

#include "common/assert.hpp"

namespace belfry::bus {
namespace {

constexpr std::size_t kChannelsACommand = 500;

}  // namespace

Bus::Standing Subscriptions::subscribe(const std::string& channel, ChannelListener& listener) {
  Entry& entry = entries_[channel];
  BELFRY_ASSERT(entry.listener == nullptr);
  entry.listener = &listener;
  if (entry.state == State::live) return Bus::Standing::live;
  if (!up_) return Bus::Standing::away;
  if (entry.state == State::absent) {
    entry.state = State::subscribing;
    send_("SUBSCRIBE", {channel});
  }
  return Bus::Standing::pending;  // one that is leaving subscribes again when Redis has confirmed
}

void Subscriptions::unsubscribe(const std::string& channel, TimePoint now) {
  const auto found = entries_.find(channel);
  BELFRY_ASSERT(found != entries_.end() && found->second.listener != nullptr);
  found->second.listener = nullptr;
  found->second.left = now;
  if (!up_) entries_.erase(found);
}

void Subscriptions::connection_up() {
  up_ = true;
  std::vector<std::string> wanted;
  const auto send_wanted = [&] {
    if (!wanted.empty()) send_("SUBSCRIBE", wanted);
    wanted.clear();
  };
  for (auto& [channel, entry] : entries_) {
    entry.state = State::subscribing;
    wanted.push_back(channel);
    if (wanted.size() == kChannelsACommand) send_wanted();
  }
  send_wanted();
}

void Subscriptions::connection_down() {
  if (!up_) return;
  up_ = false;
  std::vector<ChannelListener*> interrupted;
  std::erase_if(entries_, [](const auto& named) { return named.second.listener == nullptr; });
  for (auto& [channel, entry] : entries_) {
    entry.state = State::absent;
    interrupted.push_back(entry.listener);
  }
  for (ChannelListener* listener : interrupted) listener->on_interrupted();
}

void Subscriptions::confirmed_subscribe(const std::string& channel) {
  const auto found = entries_.find(channel);
  if (found == entries_.end() || found->second.state != State::subscribing) return;
  found->second.state = State::live;
  if (ChannelListener* listener = found->second.listener) listener->on_live();
}

void Subscriptions::confirmed_unsubscribe(const std::string& channel) {
  const auto found = entries_.find(channel);
  if (found == entries_.end() || found->second.state != State::leaving) return;
  if (found->second.listener == nullptr) {
    entries_.erase(found);
    return;
  }
  found->second.state = State::subscribing;
  send_("SUBSCRIBE", {channel});
}

void Subscriptions::message(const std::string& channel, std::string_view payload) {
  const auto found = entries_.find(channel);
  if (found == entries_.end() || found->second.state != State::live) return;
  if (ChannelListener* listener = found->second.listener) listener->on_message(payload);
}

void Subscriptions::expire(TimePoint now) {
  if (!up_) return;
  std::vector<std::string> unwanted;
  for (auto& [channel, entry] : entries_) {
    if (entry.listener != nullptr || entry.state != State::live || now - entry.left < kLinger) continue;
    entry.state = State::leaving;
    unwanted.push_back(channel);
  }
  if (!unwanted.empty()) send_("UNSUBSCRIBE", unwanted);
}

}  // namespace belfry::bus
