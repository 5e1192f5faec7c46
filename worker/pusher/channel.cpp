#include "worker/pusher/channel.hpp"

#include <algorithm>
#include <utility>

#include "worker/net/reactor.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/hub.hpp"
#include "worker/pusher/server_events.hpp"
#include "worker/pusher/session.hpp"
#include "worker/ws/frame_encoder.hpp"

namespace belfry::pusher {
namespace {

constexpr std::size_t kSlice = 8192;  // subscribers; about 2 ms

// To sessions, of one app. Its counters are told of all together: one by one it would cost more than the rest of a
// delivery.
class Delivered {
 public:
  explicit Delivered(AppCounters& counters) : counters_(counters) {}
  Delivered(const Delivered&) = delete;
  ~Delivered() {
    counters_.messages_out += messages_;
    counters_.bytes_out += bytes_;
  }

  // What gives to this one.
  auto to(Session& session) {
    return [this, &session](const net::SharedBytes& frames, std::size_t messages) {
      if (!session.deliver(frames, messages)) return;
      messages_ += messages;
      bytes_ += frames.size();
    };
  }

 private:
  AppCounters& counters_;
  std::uint64_t messages_ = 0;
  std::uint64_t bytes_ = 0;
};

net::SharedBytes frame_of(std::string_view text) { return ws::encode_frame(ws::Opcode::text, text); }

}  // namespace

Channel::Channel(Hub& hub, const App& app, const std::string& address, std::string_view name)
    : hub_(hub),
      app_(app),
      address_(address),
      name_(std::string_view(address).substr(address.size() - name.size())),
      kind_(kind_of(name)),
      catch_up_(kind_.cached ? std::make_unique<CatchUp>() : nullptr),
      state_(hub.states().attach(address, kind_.presence, *this)) {
  live_ = hub.bus().subscribe(hub.keys().topic(address_), *this) == bus::Bus::Standing::live;
  if (live_) state_.set_live(true);
}

Channel::~Channel() {
  hub_.bus().unsubscribe(hub_.keys().topic(address_));
  hub_.states().detach(state_);
}

void Channel::account(MemoryAccount& account) const {
  account.add(MemoryKind::channels,
              MemoryAccount::block_bytes(this) + MemoryAccount::heap_of(subscribers_) + MemoryAccount::heap_of(users_));
  joiners_.account(account);
  if (catch_up_ != nullptr) catch_up_->account(account);
  if (delivery_ != nullptr) delivery_->account(account);
}

// ---- waiting for Redis

void Channel::admit(Session& session, const std::optional<Member>& member) {
  User* const user = kind_.presence ? &state_.add_user(member->user_id, member->user_info_json) : nullptr;
  Joiner& joiner = joiners_.add({&session, user});
  joiner.ticket = recount();
}

cluster::Ticket Channel::recount() {
  return state_.set_count(static_cast<std::uint32_t>(subscribers_.size() + joiners_.size()));
}

void Channel::on_live() {
  live_ = true;
  state_.set_live(true);
  on_settled();
}

void Channel::on_interrupted() {
  live_ = false;
  state_.set_live(false);
  if (catch_up_ != nullptr) *catch_up_ = {};
}

void Channel::on_settled() {
  if (catch_up_ != nullptr) start_fetch();
  else admit_joiners(std::nullopt);
  hub_.release_if_empty(*this);
}

bool Channel::is_admissible(const Joiner& joiner) const {
  return live_ && state_.is_settled(joiner.ticket) &&
         (joiner.user == nullptr || state_.roster().contains(joiner.user->first));
}

// One answer serves all who came before it.
void Channel::start_fetch() {
  if (!live_ || catch_up_->is_fetching()) return;
  if (!joiners_.any([this](const Joiner& joiner) { return is_admissible(joiner); })) return;
  const std::uint64_t fetch = hub_.next_fetch();
  catch_up_->begin_fetch(fetch);
  hub_.fetch_kept(*this, fetch);
}

void Channel::retry_fetch() {
  if (catch_up_ != nullptr) start_fetch();
}

void Channel::handle_kept(std::uint64_t fetch, bus::Reply reply) {
  if (catch_up_ == nullptr || !catch_up_->is_fetching(fetch)) return;
  if (reply.ok()) admit_joiners(unwrap(reply.text()));  // else retry_fetch() is called when Redis is back
  catch_up_->end_fetch();
}

// All of them become subscribers before anybody is told, so that what one causes finds the others there.
void Channel::admit_joiners(const std::optional<Envelope>& kept) {
  const std::vector<Joiner> ready = joiners_.take([this](const Joiner& joiner) { return is_admissible(joiner); });
  if (ready.empty()) return;
  const bool was_busy = std::exchange(busy_, true);
  net::SharedBytes roster;
  for (const Joiner& joiner : ready) join(joiner);
  for (const Joiner& joiner : ready) {
    greet(*joiner.session, roster);
    if (catch_up_ != nullptr) give_kept(*joiner.session, kept);
  }
  for (const Joiner& joiner : ready) grant_wishes(joiner);
  busy_ = was_busy;
}

void Channel::join(const Joiner& joiner) {
  const auto place = static_cast<std::uint32_t>(subscribers_.size());
  subscribers_.push_back({joiner.session, joiner.session->joined(*this, place), newest_});
  if (kind_.presence) users_.push_back(joiner.user);
}

// Who subscribes hears the total, too: here, unless what counts it is still to be told.
void Channel::greet(Session& session, net::SharedBytes& roster) {
  if (!kind_.presence) {
    session.send_frame(frame_of(subscription_succeeded(name_)));
    if (rules().telling.total && !state_.total_is_coming() && !owes_total_)
      session.send_frame(frame_of(subscription_count(name_, state_.total())));
    return;
  }
  if (!roster) roster = roster_frame();
  session.send_frame(roster);
}

net::SharedBytes Channel::roster_frame() const {
  PresenceSnapshot snapshot;
  for (const auto& [user, info] : state_.roster().members()) snapshot.add(user, info);
  return frame_of(snapshot.text(name_));
}

void Channel::grant_wishes(const Joiner& joiner) {
  for (const Wish& wish : joiner.wishes) {
    if (!joiner.session->is_open()) return;
    if (wish.subscribe) hub_.subscribe(*joiner.session, name_, wish.member);
    else hub_.unsubscribe(*joiner.session, name_);
  }
}

void Channel::subscribe_later(Session& session, const std::optional<Member>& member) {
  joiners_.find(session)->wishes.push_back({true, member});
}

void Channel::unsubscribe_later(Session& session) {
  Joiner& joiner = *joiners_.find(session);
  if (!joiner.is_to_leave()) joiner.wishes.push_back({false});
}

bool Channel::is_to_leave(const Session& session) { return joiners_.find(session)->is_to_leave(); }

// ---- what comes from Redis

// And what came live since it was asked for and is newer.
void Channel::give_kept(Session& session, const std::optional<Envelope>& kept) {
  if (kept) session.send_frame(frame_of(kept->text));
  else session.send_frame(frame_of(cache_miss(name_)));
  if (!session.is_open()) return;
  catch_up_->come_in(session.id(), kept ? kept->number : 0,
                     [&](const net::SharedBytes& frame) { session.send_frame(frame); });
}

void Channel::on_message(std::string_view payload) {
  if (const auto envelope = unwrap(payload)) {
    Event event = {{}, frame_of(envelope->text), envelope->number, hub_.published_ns(envelope->stamp)};
    if (envelope->excluded) event.excluded.push_back(*envelope->excluded);
    if (catch_up_ != nullptr) catch_up_->pass(event);
    deliver(std::move(event));
  } else if (auto announcement = cluster::parse_announcement(payload)) {
    const bool was_busy = std::exchange(busy_, true);
    state_.take(std::move(*announcement));
    busy_ = was_busy;
  }
  hub_.release_if_empty(*this);
}

void Channel::deliver(Event event) {
  if (subscribers_.empty()) return;
  ++newest_;
  const bool is_first = delivery_ == nullptr;
  if (is_first) delivery_ = std::make_unique<Delivery>(newest_);
  delivery_->push(std::move(event));
  if (is_first) return hub_.deliver_later(*this);
  while (delivery_->is_full()) deliver_slice();
}

bool Channel::deliver_slice() {
  const bool was_busy = std::exchange(busy_, true);
  if (!delivery_->in_round()) delivery_->begin_round(subscribers_.size());
  Delivered delivered(*app_.counters);
  std::optional<std::size_t> place;
  for (std::size_t i = 0; i < kSlice && (place = delivery_->next_place(subscribers_.size())); ++i) {
    Subscriber& subscriber = subscribers_[*place];
    delivery_->give_round(subscriber.seen, subscriber.session->id(), delivered.to(*subscriber.session));
  }
  busy_ = was_busy;
  if (place) return true;
  for (const Event& event : delivery_->round()) measure(event);
  delivery_->end_round();
  if (delivery_->empty()) delivery_.reset();
  return delivery_ != nullptr;
}

void Channel::deliver_rest(std::uint32_t place) {
  if (delivery_ == nullptr) return;
  Subscriber& subscriber = subscribers_[place];
  Delivered delivered(*app_.counters);
  delivery_->give_all(subscriber.seen, subscriber.session->id(), delivered.to(*subscriber.session));
}

void Channel::measure(const Event& event) const {
  if (event.published_ns && !subscribers_.empty())
    subscribers_.front().session->reactor().measure_flush(*event.published_ns);
}

cluster::ChannelState::Rules Channel::rules() const {
  return {telling_of(app_, kind_), app_.settings.max_presence_members_per_channel};
}

void Channel::on_members(const cluster::Roster::Changes& changes) {
  std::vector<net::SharedBytes> frames;
  for (const cluster::MemberChange& change : changes)
    frames.push_back(
        frame_of(change.joined ? member_added(name_, {change.user, change.info}) : member_removed(name_, change.user)));
  deliver({{}, net::SharedBytes::joined(frames)});
  on_settled();  // some may have waited for the roster to have them, again
}

void Channel::on_total(std::uint64_t total) {
  if (!rules().telling.total) return;
  last_total_ = total;
  if (total_pause_ != 0) owes_total_ = true;
  else tell_total();
  hub_.release_if_empty(*this);
}

void Channel::tell_total() {
  owes_total_ = false;
  total_pause_ = hub_.pause_totals(*this);
  deliver({{}, frame_of(subscription_count(name_, last_total_))});
}

// The pause may be that of a channel which had this one's name before.
void Channel::end_total_pause(std::uint64_t pause) {
  if (pause != total_pause_) return;
  total_pause_ = 0;
  if (owes_total_) tell_total();
}

void Channel::on_full(const std::string& user) {
  const std::vector<Joiner> refused = joiners_.take([&](const Joiner& joiner) { return joiner.user->first == user; });
  const bool was_busy = std::exchange(busy_, true);
  for (const Joiner& joiner : refused) {
    state_.remove_user(*joiner.user);
    joiner.session->drop(*this);
    joiner.session->refuse_full(name_);
    grant_wishes(joiner);
  }
  busy_ = was_busy;
  recount();
  hub_.release_if_empty(*this);
}

// ---- leaving

// The last one takes the place, and is told.
void Channel::remove_subscriber(std::uint32_t place) {
  if (catch_up_ != nullptr) catch_up_->leave(subscribers_[place].session->id());
  if (kind_.presence) {
    state_.remove_user(*users_[place]);
    users_[place] = users_.back();
    users_.pop_back();
  }
  subscribers_[place] = subscribers_.back();
  subscribers_.pop_back();
  recount();
  if (place == subscribers_.size()) return;
  const Subscriber& moved = subscribers_[place];
  moved.session->moved(moved.holding, place);
}

void Channel::remove_joiner(Session& session) {
  const std::vector<Joiner> gone = joiners_.take([&](const Joiner& joiner) { return joiner.session == &session; });
  if (gone.empty()) return;  // it was just taken off them, to be admitted or refused
  if (gone.front().user != nullptr) state_.remove_user(*gone.front().user);
  recount();
}

}  // namespace belfry::pusher
