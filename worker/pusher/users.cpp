#include "worker/pusher/users.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "worker/cluster/scripts.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/session.hpp"

namespace belfry::pusher {
namespace {

const std::string kTerminate = "T1 ";  // then the app, a space and the user
const std::string kKeptMs = "3600000";
constexpr std::uint64_t kUnnoticedMs = 60'000;  // a connection that is lost may have been silent for as long

// Ids of apps hold no space.
std::string name_of(const App& app, std::string_view user) {
  std::string name = app.settings.id;
  return name.append(" ").append(user);
}

}  // namespace

Users::Users(uv_loop_t* loop, bus::Bus& bus, const cluster::Keys& keys, cluster::ChannelStates& states,
             std::string topic)
    : loop_(loop),
      bus_(bus),
      keys_(keys),
      topic_(std::move(topic)),
      watchlists_(bus, keys, states),
      deaf_since_ms_(uv_now(loop)) {
  bus_.subscribe(topic_, *this);
  bus_.watch(*this);
}

Users::~Users() { bus_.unsubscribe(topic_); }

void Users::add(Session& session, const std::string& user) {
  SignedIn& signed_in = users_[name_of(session.app(), user)];
  signed_in.connections.push_back({&session, uv_now(loop_)});
  if (signed_in.shown || !session.app().settings.enable_watchlist_events) return;
  signed_in.shown = true;
  watchlists_.arrive(session.app(), user);
}

void Users::remove(Session& session, const std::string& user) {
  watchlists_.unwatch(session);
  const auto found = users_.find(name_of(session.app(), user));
  if (found == users_.end()) return;
  std::erase_if(found->second.connections, [&](const Connection& one) { return one.session == &session; });
  if (!found->second.connections.empty()) return;
  if (found->second.shown) watchlists_.depart(session.app(), user);
  users_.erase(found);
}

void Users::account(MemoryAccount& account) const {
  account.add(MemoryKind::presence, MemoryAccount::heap_of(users_));
  for (const auto& [name, signed_in] : users_)
    account.add(MemoryKind::presence, MemoryAccount::heap_of(name) + MemoryAccount::heap_of(signed_in.connections));
  watchlists_.account(account);
}

// ---- termination

void Users::terminate(const App& app, std::string_view user, bus::Bus::OnPublished on_published) {
  const std::string name = name_of(app, user);
  bus_.publish_by(cluster::scripts::terminate(), std::vector{keys_.terminations()},
                  std::vector{topic_, kTerminate + name, name, kKeptMs}, std::move(on_published));
}

void Users::on_message(std::string_view payload) {
  if (!payload.starts_with(kTerminate)) return;
  close_those_until(std::string(payload.substr(kTerminate.size())), std::numeric_limits<std::uint64_t>::max());
}

void Users::on_live() {
  live_ = true;
  catch_up();
}

void Users::on_interrupted() {
  live_ = false;
  if (!deaf_since_ms_) deaf_since_ms_ = uv_now(loop_);
}

void Users::catch_up() {
  if (!live_ || !deaf_since_ms_ || !bus_.commands_ready()) return;
  const std::uint64_t back_ms = uv_now(loop_) - *deaf_since_ms_ + kUnnoticedMs;
  bus_.run(cluster::scripts::terminations(), std::vector{keys_.terminations()}, std::vector{std::to_string(back_ms)},
           [this](bus::Reply reply) { handle_terminations(reply); });
}

void Users::handle_terminations(bus::Reply reply) {
  if (!live_ || !reply.ok()) return;
  deaf_since_ms_.reset();
  for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
    const auto age_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(0, reply[i + 1].integer()));
    close_those_until(std::string(reply[i].text()), uv_now(loop_) - std::min(age_ms, uv_now(loop_)));
  }
}

// Each takes itself off when it ends.
void Users::close_those_until(const std::string& name, std::uint64_t time_ms) {
  const auto found = users_.find(name);
  if (found == users_.end()) return;
  const std::vector<Connection> connections = found->second.connections;
  for (const Connection& connection : connections)
    if (connection.since_ms <= time_ms)
      connection.session->refuse(Refusal::terminated, ws::CloseCode::unauthorized,
                                 "the user's connections were terminated");
}

}  // namespace belfry::pusher
