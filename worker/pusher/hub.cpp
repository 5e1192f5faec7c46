#include "worker/pusher/hub.hpp"

#include "worker/cluster/scripts.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/channel_name.hpp"
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

// Beside the topic, which nobody but us names: "PREFIXchannel:APP:NAME" and "PREFIXkept:channel:APP:NAME".
std::string Hub::kept_key_of(std::string_view topic) const {
  std::string key = prefix_ + "kept:";
  return key.append(topic.substr(prefix_.size()));
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
  channel.admit(session);
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

void Hub::publish_event(const App& app, std::string_view channel, std::string_view excluded_socket_id,
                        std::string_view text, bus::Bus::OnPublished on_published) {
  if (!kind_of(channel).cached) return publish(app, channel, excluded_socket_id, text, std::move(on_published));
  const std::string topic = topic_of(app, channel);
  const std::string excluded(excluded_socket_id.empty() ? "-" : excluded_socket_id);
  bus_.publish_by(cluster::scripts::cached_publish(), std::vector{kept_key_of(topic)},
                  std::vector{topic, std::string(kEnvelopeVersion), excluded, std::string(text),
                              std::to_string(cache_ttl_.count())},
                  std::move(on_published));
}

void Hub::fetch_kept(const Channel& channel, std::uint64_t fetch) {
  bus_.command(std::vector<std::string>{"GET", kept_key_of(channel.topic())},
               [this, fetch, topic = channel.topic()](bus::Reply reply) {
                 const auto found = channels_.find(topic);
                 if (found == channels_.end()) return;
                 Channel& asker = *found->second;
                 asker.handle_kept(fetch, reply);
                 release_if_empty(asker);
               });
}

void Hub::on_commands_ready() {
  for (const auto& [topic, channel] : channels_) channel->retry_fetch();
}

void Hub::release_if_empty(Channel& channel) {
  if (channel.is_empty()) channels_.erase(channels_.find(channel.topic()));
}

}  // namespace belfry::pusher
