#include "worker/pusher/hub.hpp"

#include "worker/pusher/app.hpp"
#include "worker/pusher/envelope.hpp"
#include "worker/pusher/session.hpp"

namespace belfry::pusher {

std::string Hub::topic_of(const App& app, std::string_view channel) const {
  std::string topic = prefix_ + "channel:";
  return topic.append(app.settings.id).append(":").append(channel);
}

Channel& Hub::find_or_make(const App& app, std::string_view channel) {
  const auto [found, made] = channels_.try_emplace(topic_of(app, channel));
  if (made) found->second = std::make_unique<Channel>(*this, found->first, channel);
  return *found->second;
}

bool Hub::subscribe(Session& session, std::string_view name) {
  if (const Holding* holding = session.find_holding(name)) {
    if (holding->joined) return false;
    Channel::Joiner& joiner = *holding->channel->find_joiner(session);
    if (joiner.changes % 2 == 0) return false;
    ++joiner.changes;
    return true;
  }
  Channel& channel = find_or_make(session.app(), name);
  session.hold(channel);
  if (channel.live_) channel.join(session);
  else channel.joiners_.push_back({&session});
  return true;
}

void Hub::unsubscribe(Session& session, std::string_view name) {
  const Holding* holding = session.find_holding(name);
  if (holding == nullptr) return;
  Channel& channel = *holding->channel;
  if (!holding->joined) {
    Channel::Joiner& joiner = *channel.find_joiner(session);
    if (joiner.changes % 2 == 0) ++joiner.changes;
    return;
  }
  channel.remove_subscriber(holding->place);
  session.drop(channel);
  release_if_empty(channel);
}

void Hub::leave_all(Session& session) {
  for (const Holding& holding : session.take_holdings()) {
    Channel& channel = *holding.channel;
    if (holding.joined) channel.remove_subscriber(holding.place);
    else std::erase_if(channel.joiners_, [&](const Channel::Joiner& joiner) { return joiner.session == &session; });
    release_if_empty(channel);
  }
}

void Hub::publish(const App& app, std::string_view channel, std::string_view excluded_socket_id, std::string_view text,
                  bus::Bus::OnPublished on_published) {
  bus_.publish(topic_of(app, channel), wrap(excluded_socket_id, text), std::move(on_published));
}

void Hub::release_if_empty(Channel& channel) {
  if (channel.is_empty()) channels_.erase(channels_.find(channel.topic()));
}

}  // namespace belfry::pusher
