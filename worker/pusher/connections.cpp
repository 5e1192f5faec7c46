#include "worker/pusher/connections.hpp"

#include <algorithm>
#include <utility>

#include "worker/pusher/app.hpp"
#include "worker/pusher/hub.hpp"
#include "worker/pusher/session.hpp"

namespace belfry::pusher {
namespace {

constexpr Milliseconds kTick{250};
constexpr std::size_t kClosedATick = 500;     // a reload may make many late at once
constexpr std::size_t kMaxEarly = 64 * 1024;  // bytes that a session may say before it is greeted

}  // namespace

class Connections::OfApp final : private cluster::ChannelState::Listener {
 public:
  OfApp(cluster::ChannelStates& states, const App& app)
      : states_(states), app_(app), state_(states.attach(address_of(app, kConnections), false, *this)) {}
  ~OfApp() override { states_.detach(state_); }

  void open(Session& session, const IpAddress& client, std::uint64_t now_ms);
  void close(Session& session);
  void keep(Session& session, std::string_view message);
  void await_identity(Session& session, std::uint64_t now_ms);
  void identified(Session& session) { anonymous_.erase(&session); }
  void expire(std::uint64_t now_ms);

 private:
  // Redis has not said yet whether there is room.
  struct Waiting {
    Session* session;
    IpAddress client;
    cluster::Ticket ticket;
    std::uint64_t since_ms;
    std::vector<std::string> early = {};  // messages
  };
  struct Anonymous {
    Session* session;
    ws::SessionId id;  // another one may be at the same address by then
    std::uint64_t since_ms;
  };

  cluster::ChannelState::Rules rules() const override { return {.max_total = app_.settings.max_connections}; }
  void on_settled() override;
  void on_members(const cluster::Roster::Changes&) override {}
  void on_total(std::uint64_t) override {}
  void on_full(const std::string&) override {}

  bool has_room() const;
  void expire_waiting(std::uint64_t now_ms);
  void expire_anonymous(std::uint64_t now_ms);
  cluster::Ticket recount();
  std::deque<Waiting>::iterator find(const Session& session);

  cluster::ChannelStates& states_;
  const App& app_;
  cluster::ChannelState& state_;
  std::uint32_t admitted_ = 0;
  std::deque<Waiting> waiting_;
  std::unordered_set<Session*> anonymous_;  // who have yet to say who they are
  std::deque<Anonymous> by_age_;            // the same, the oldest first; some may have said so since
};

void Connections::OfApp::open(Session& session, const IpAddress& client, std::uint64_t now_ms) {
  await_identity(session, now_ms);
  if (app_.settings.max_connections == 0 || has_room()) {
    ++admitted_;
    recount();
    return session.greet(client);
  }
  session.pause_reading();
  waiting_.push_back({&session, client, 0, now_ms});
  waiting_.back().ticket = recount();
}

// Redis counts more for us than are here: somebody has gone, and Redis has not heard of it.
bool Connections::OfApp::has_room() const {
  return waiting_.empty() && admitted_ < std::min(state_.secured(), app_.settings.max_connections);
}

void Connections::OfApp::await_identity(Session& session, std::uint64_t now_ms) {
  if (app_.settings.user_authentication_timeout == 0 || session.is_identified()) return;
  if (anonymous_.insert(&session).second) by_age_.push_back({&session, session.id(), now_ms});
}

void Connections::OfApp::close(Session& session) {
  anonymous_.erase(&session);
  if (const auto found = find(session); found != waiting_.end()) waiting_.erase(found);
  else if (session.is_greeted()) --admitted_;
  else return;
  recount();
}

cluster::Ticket Connections::OfApp::recount() {
  return state_.set_count(admitted_, admitted_ + static_cast<std::uint32_t>(waiting_.size()));
}

// In the order of their coming, as many as were granted.
void Connections::OfApp::on_settled() {
  std::vector<Waiting> refused;
  std::vector<Waiting> taken;
  while (!waiting_.empty() && state_.is_settled(waiting_.front().ticket)) {
    (admitted_ + taken.size() < state_.granted() ? taken : refused).push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  if (taken.empty() && refused.empty()) return;
  admitted_ += static_cast<std::uint32_t>(taken.size());
  recount();
  for (const Waiting& one : taken) {
    one.session->greet(one.client);
    one.session->resume_reading();
    for (const std::string& message : one.early) one.session->hear(message);
  }
  for (const Waiting& one : refused) one.session->refuse_over_quota("the app has as many connections as it may have");
}

void Connections::OfApp::keep(Session& session, std::string_view message) {
  const auto found = find(session);
  if (found == waiting_.end()) return;
  std::size_t size = message.size();
  for (const std::string& before : found->early) size += before.size();
  if (size > kMaxEarly)
    return session.refuse(Refusal::malformed_message, ws::CloseCode::policy_violation,
                          "too much before connection_established");
  found->early.emplace_back(message);
}

void Connections::OfApp::expire(std::uint64_t now_ms) {
  expire_waiting(now_ms);
  expire_anonymous(now_ms);
}

void Connections::OfApp::expire_waiting(std::uint64_t now_ms) {
  std::vector<Session*> late;
  for (; !waiting_.empty() && now_ms - waiting_.front().since_ms >= static_cast<std::uint64_t>(kPatience.count());
       waiting_.pop_front())
    late.push_back(waiting_.front().session);
  if (late.empty()) return;
  recount();
  for (Session* session : late)
    session->refuse(Refusal::redis_silent, ws::CloseCode::over_capacity,
                    "Redis did not say whether the app may have another connection");
}

// By the limit as it is now, not as it was when they came.
void Connections::OfApp::expire_anonymous(std::uint64_t now_ms) {
  const std::uint64_t timeout_ms = std::uint64_t{app_.settings.user_authentication_timeout} * 1000;
  if (timeout_ms == 0) {
    anonymous_.clear();
    by_age_.clear();
  }
  for (std::size_t closed = 0; closed < kClosedATick && !by_age_.empty(); by_age_.pop_front()) {
    const Anonymous oldest = by_age_.front();
    if (now_ms - oldest.since_ms < timeout_ms) return;
    if (!anonymous_.contains(oldest.session) || oldest.session->id() != oldest.id) continue;
    ++closed;
    oldest.session->refuse(Refusal::not_identified, ws::CloseCode::unauthorized,
                           "neither signed in nor in a private channel in time");
  }
}

std::deque<Connections::OfApp::Waiting>::iterator Connections::OfApp::find(const Session& session) {
  return std::ranges::find(waiting_, &session, &Waiting::session);
}

Connections::Connections(uv_loop_t* loop, cluster::ChannelStates& states)
    : loop_(loop), states_(states), tick_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {
  uv_timer_start(
      tick_.get(), [](uv_timer_t* timer) noexcept { static_cast<Connections*>(timer->data)->tick(); }, kTick.count(),
      kTick.count());
}

Connections::~Connections() = default;

Connections::OfApp& Connections::of(const App& app) {
  std::unique_ptr<OfApp>& found = apps_[&app];
  if (found == nullptr) found = std::make_unique<OfApp>(states_, app);
  return *found;
}

void Connections::open(Session& session, const IpAddress& client) {
  of(session.app()).open(session, client, uv_now(loop_));
}

void Connections::close(Session& session) { of(session.app()).close(session); }

void Connections::keep(Session& session, std::string_view message) { of(session.app()).keep(session, message); }

void Connections::await_identity(Session& session) { of(session.app()).await_identity(session, uv_now(loop_)); }

void Connections::identified(Session& session) { of(session.app()).identified(session); }

void Connections::tick() {
  for (const auto& [app, connections] : apps_) connections->expire(uv_now(loop_));
}

}  // namespace belfry::pusher
