#include "worker/pusher/hub.hpp"

#include <algorithm>
#include <utility>

#include "worker/cluster/scripts.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/channel_name.hpp"
#include "worker/pusher/envelope.hpp"
#include "worker/pusher/session.hpp"

namespace belfry::pusher {
namespace {

constexpr std::uint64_t kDeliverNs = 3'000'000;  // in one turn
constexpr std::size_t kMostWaiting = 256;        // channels; what comes to more is served a slice at once

}  // namespace

std::string address_of(const App& app, std::string_view channel) {
  std::string address = app.settings.id;
  return address.append(":").append(channel);
}

cluster::Telling telling_of(const Apps& apps, std::string_view address) {
  const std::size_t colon = address.rfind(':');  // ids may hold one, names do not but where nothing is told
  if (colon == std::string_view::npos) return {};
  const std::string_view name = address.substr(colon + 1);
  const App* app = apps.by_id(address.substr(0, colon));
  if (app == nullptr || name.starts_with('!')) return {};  // ours, and nobody's channel
  return telling_of(*app, kind_of(name));
}

cluster::Telling telling_of(const App& app, const ChannelKind& kind) {
  if (kind.to_user) return {};
  return {app.settings.enable_subscription_count && !kind.presence, app.settings.keep_channel_events};
}

Hub::Hub(uv_loop_t* loop, bus::Bus& bus, const cluster::Keys& keys, cluster::ChannelStates& states,
         Milliseconds cache_ttl, StampOffice stamps, Counters& counters)
    : bus_(bus),
      keys_(keys),
      states_(states),
      cache_ttl_(cache_ttl),
      stamps_(std::move(stamps)),
      activity_(counters),
      end_of_turn_(make_uv_handle<uv_idle_t>(loop, this, uv_idle_init)),
      total_pauses_(loop,
                    [this](const std::string& channel, std::uint64_t pause) { end_total_pause(channel, pause); }) {
  bus_.watch(*this);
}

void Hub::deliver_later(Channel& channel) {
  if (to_deliver_.size() >= kMostWaiting && !channel.deliver_slice()) return;
  to_deliver_.push_back(&channel);
  uv_idle_start(end_of_turn_.get(), [](uv_idle_t* idle) noexcept { static_cast<Hub*>(idle->data)->deliver_slices(); });
}

void Hub::deliver_slices() {
  const std::uint64_t until = uv_hrtime() + kDeliverNs;
  while (!to_deliver_.empty() && uv_hrtime() < until) deliver_next();
  if (to_deliver_.empty()) uv_idle_stop(end_of_turn_.get());
}

// A slice of each in turn.
void Hub::deliver_next() {
  Channel& channel = *to_deliver_.front();
  to_deliver_.pop_front();
  if (channel.deliver_slice()) to_deliver_.push_back(&channel);
  else release_if_empty(channel);
}

void Hub::end_total_pause(const std::string& address, std::uint64_t pause) {
  const auto found = channels_.find(address);
  if (found == channels_.end()) return;
  found->second->end_total_pause(pause);
  release_if_empty(*found->second);
}

Channel& Hub::find_or_make(const App& app, std::string_view channel) {
  const auto [found, made] = channels_.try_emplace(address_of(app, channel));
  if (made) found->second = std::make_unique<Channel>(*this, app, found->first, channel);
  return *found->second;
}

bool Hub::subscribe(Session& session, std::string_view name, const std::optional<Member>& member) {
  if (const Holding* holding = session.find_holding(name)) {
    if (holding->joined || !holding->channel->is_to_leave(session)) return false;
    holding->channel->subscribe_later(session, member);
    return true;
  }
  Channel& channel = find_or_make(session.app(), name);
  session.hold(channel);
  channel.admit(session, member);
  return true;
}

void Hub::unsubscribe(Session& session, std::string_view name) {
  const Holding* holding = session.find_holding(name);
  if (holding == nullptr) return;
  Channel& channel = *holding->channel;
  if (!holding->joined) return channel.unsubscribe_later(session);
  channel.remove_subscriber(holding->place);
  session.drop(channel);
  release_if_empty(channel);
}

void Hub::leave_all(Session& session) {
  for (const Holding& holding : session.take_holdings()) {
    Channel& channel = *holding.channel;
    if (holding.joined) channel.remove_subscriber(holding.place);
    else channel.remove_joiner(session);
    release_if_empty(channel);
  }
}

void Hub::publish(const App& app, std::string_view channel, std::string_view excluded_socket_id, std::string_view text,
                  bus::Bus::OnPublished on_published) {
  bus_.publish(keys_.topic(address_of(app, channel)), wrap(excluded_socket_id, stamps_.stamp(uv_hrtime()), text),
               std::move(on_published));
}

void Hub::publish_event(const App& app, std::string_view channel, std::string_view excluded_socket_id,
                        std::string_view text, bus::Bus::OnPublished on_published) {
  if (!kind_of(channel).cached) return publish(app, channel, excluded_socket_id, text, std::move(on_published));
  const std::string address = address_of(app, channel);
  const std::string excluded(excluded_socket_id.empty() ? "-" : excluded_socket_id);
  bus_.publish_by(cluster::scripts::cached_publish(), std::vector{keys_.kept(address)},
                  std::vector{keys_.topic(address), std::string(kNumberedVersion), excluded, std::string(text),
                              std::to_string(cache_ttl_.count())},
                  std::move(on_published));
}

void Hub::fetch_kept(const Channel& channel, std::uint64_t fetch) {
  bus_.command(std::vector<std::string>{"GET", keys_.kept(channel.address())},
               [this, fetch, address = channel.address()](bus::Reply reply) {
                 const auto found = channels_.find(address);
                 if (found == channels_.end()) return;
                 Channel& asker = *found->second;
                 asker.handle_kept(fetch, reply);
                 release_if_empty(asker);
               });
}

void Hub::account(MemoryAccount& account) const {
  account.add(MemoryKind::channels, MemoryAccount::heap_of(channels_));
  for (const auto& [address, channel] : channels_) {
    account.add(MemoryKind::channels, MemoryAccount::heap_of(address));
    channel->account(account);
  }
}

void Hub::on_commands_ready() {
  for (const auto& [address, channel] : channels_) channel->retry_fetch();
}

void Hub::release_if_empty(Channel& channel) {
  if (channel.is_empty()) channels_.erase(channels_.find(channel.address()));
}

}  // namespace belfry::pusher
