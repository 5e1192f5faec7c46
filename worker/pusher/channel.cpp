#include "worker/pusher/channel.hpp"

#include <algorithm>
#include <utility>

#include "worker/pusher/envelope.hpp"
#include "worker/pusher/hub.hpp"
#include "worker/pusher/session.hpp"
#include "worker/ws/frame_encoder.hpp"

namespace belfry::pusher {

Channel::Channel(Hub& hub, const std::string& topic, std::string_view name)
    : hub_(hub),
      topic_(topic),
      name_(std::string_view(topic).substr(topic.size() - name.size())),
      live_(hub.bus().subscribe(topic, *this) == bus::Bus::Standing::live) {}

Channel::~Channel() { hub_.bus().unsubscribe(topic_); }

void Channel::join(Session& session) {
  const auto place = static_cast<std::uint32_t>(subscribers_.size());
  subscribers_.push_back({&session, session.joined(*this, place)});
  session.send_subscription_succeeded(*this);
}

// The last one takes the place, and is told.
void Channel::remove_subscriber(std::uint32_t place) {
  subscribers_[place] = subscribers_.back();
  subscribers_.pop_back();
  if (place == subscribers_.size()) return;
  const Subscriber& moved = subscribers_[place];
  moved.session->moved(moved.holding, place);
}

Channel::Joiner* Channel::find_joiner(const Session& session) {
  const auto found = std::ranges::find(joiners_, &session, &Joiner::session);
  return found == joiners_.end() ? nullptr : &*found;
}

void Channel::on_live() {
  live_ = true;
  busy_ = true;
  for (const Joiner& joiner : std::exchange(joiners_, {})) {
    join(*joiner.session);
    for (std::uint32_t change = 1; change <= joiner.changes && joiner.session->is_open(); ++change) {
      if (change % 2 == 1) hub_.unsubscribe(*joiner.session, name_);
      else hub_.subscribe(*joiner.session, name_);
    }
  }
  busy_ = false;
  hub_.release_if_empty(*this);
}

// Backwards: one that reads too slowly leaves meanwhile, and the last takes its place.
void Channel::on_message(std::string_view payload) {
  const auto envelope = unwrap(payload);
  if (!envelope) return;
  const net::SharedBytes frame = ws::encode_frame(ws::Opcode::text, envelope->text);
  busy_ = true;
  for (std::size_t i = subscribers_.size(); i-- > 0;) {
    Session& session = *subscribers_[i].session;
    if (session.id() != envelope->excluded) session.send_frame(frame);
  }
  busy_ = false;
  hub_.release_if_empty(*this);
}

}  // namespace belfry::pusher
