#include "worker/pusher/channel.hpp"

#include <algorithm>
#include <utility>

#include "worker/pusher/channel_name.hpp"
#include "worker/pusher/hub.hpp"
#include "worker/pusher/session.hpp"
#include "worker/ws/frame_encoder.hpp"

namespace belfry::pusher {

Channel::Channel(Hub& hub, const std::string& topic, std::string_view name)
    : hub_(hub),
      topic_(topic),
      name_(std::string_view(topic).substr(topic.size() - name.size())),
      live_(hub.bus().subscribe(topic, *this) == bus::Bus::Standing::live),
      cache_(kind_of(name).cached ? std::make_unique<Cache>() : nullptr) {}

Channel::~Channel() { hub_.bus().unsubscribe(topic_); }

void Channel::admit(Session& session) {
  if (live_ && cache_ == nullptr) return join(session);
  joiners_.push_back({&session});
  if (live_) start_fetch();
}

void Channel::on_live() {
  live_ = true;
  if (cache_ != nullptr) return start_fetch();
  admit_joiners(std::nullopt);
  hub_.release_if_empty(*this);
}

void Channel::on_interrupted() {
  live_ = false;
  if (cache_ != nullptr) *cache_ = {};
}

// One answer serves all who came before it.
void Channel::start_fetch() {
  if (cache_->fetch != 0 || joiners_.empty()) return;
  cache_->fetch = hub_.next_fetch();
  hub_.fetch_kept(*this, cache_->fetch);
}

void Channel::retry_fetch() {
  if (live_ && cache_ != nullptr) start_fetch();
}

void Channel::handle_kept(std::uint64_t fetch, bus::Reply reply) {
  if (cache_ == nullptr || cache_->fetch != fetch) return;
  cache_->fetch = 0;
  if (reply.ok()) admit_joiners(unwrap(reply.text()));  // else retry_fetch() is called when Redis is back
  cache_->meanwhile.clear();
}

void Channel::admit_joiners(const std::optional<Envelope>& kept) {
  busy_ = true;
  for (const Joiner& joiner : std::exchange(joiners_, {})) {
    join(*joiner.session);
    if (cache_ != nullptr) catch_up(*joiner.session, kept);
    for (std::uint32_t change = 1; change <= joiner.changes && joiner.session->is_open(); ++change) {
      if (change % 2 == 1) hub_.unsubscribe(*joiner.session, name_);
      else hub_.subscribe(*joiner.session, name_);
    }
  }
  busy_ = false;
}

// The kept event, then what came live since it was asked for and is newer.
void Channel::catch_up(Session& session, const std::optional<Envelope>& kept) {
  if (kept) session.send_frame(ws::encode_frame(ws::Opcode::text, kept->text));
  else session.send_cache_miss(*this);
  if (kept && kept->number > cache_->last_number && session.is_open())
    cache_->caught_up.push_back({&session, kept->number});
  const std::uint64_t number = kept ? kept->number : 0;
  for (const Event& event : cache_->meanwhile)
    if ((event.number == 0 || event.number > number) && event.excluded != session.id()) session.send_frame(event.frame);
}

bool Channel::is_old_for(const Session& session, const Event& event) const {
  if (cache_ == nullptr || event.number == 0) return false;
  const auto found = std::ranges::find(cache_->caught_up, &session, &Caught::session);
  return found != cache_->caught_up.end() && event.number <= found->number;
}

// Backwards: one that reads too slowly leaves meanwhile, and the last takes its place.
void Channel::on_message(std::string_view payload) {
  const auto envelope = unwrap(payload);
  if (!envelope) return;
  const Event event = {envelope->excluded, envelope->number, ws::encode_frame(ws::Opcode::text, envelope->text)};
  busy_ = true;
  for (std::size_t i = subscribers_.size(); i-- > 0;) {
    Session& session = *subscribers_[i].session;
    if (session.id() != event.excluded && !is_old_for(session, event)) session.send_frame(event.frame);
  }
  busy_ = false;
  if (cache_ != nullptr) {
    if (cache_->fetch != 0) cache_->meanwhile.push_back(event);
    cache_->last_number = std::max(cache_->last_number, event.number);
    std::erase_if(cache_->caught_up, [&](const Caught& caught) { return caught.number <= cache_->last_number; });
  }
  hub_.release_if_empty(*this);
}

void Channel::join(Session& session) {
  const auto place = static_cast<std::uint32_t>(subscribers_.size());
  subscribers_.push_back({&session, session.joined(*this, place)});
  session.send_subscription_succeeded(*this);
}

// The last one takes the place, and is told.
void Channel::remove_subscriber(std::uint32_t place) {
  const Session* session = subscribers_[place].session;
  if (cache_ != nullptr)
    std::erase_if(cache_->caught_up, [=](const Caught& caught) { return caught.session == session; });
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

}  // namespace belfry::pusher
