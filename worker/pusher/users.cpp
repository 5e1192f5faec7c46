#include "worker/pusher/users.hpp"

#include <algorithm>
#include <utility>

#include "worker/pusher/app.hpp"
#include "worker/pusher/session.hpp"

namespace belfry::pusher {
namespace {

const std::string kTerminate = "T1 ";  // then the app, a space and the user

// Ids of apps hold no space.
std::string name_of(const App& app, std::string_view user) {
  std::string name = app.settings.id;
  return name.append(" ").append(user);
}

}  // namespace

Users::Users(bus::Bus& bus, std::string topic) : bus_(bus), topic_(std::move(topic)) { bus_.subscribe(topic_, *this); }

Users::~Users() { bus_.unsubscribe(topic_); }

void Users::add(Session& session, std::string_view user) {
  sessions_[name_of(session.app(), user)].push_back(&session);
}

void Users::remove(Session& session, std::string_view user) {
  const auto found = sessions_.find(name_of(session.app(), user));
  if (found == sessions_.end()) return;
  std::erase(found->second, &session);
  if (found->second.empty()) sessions_.erase(found);
}

void Users::terminate(const App& app, std::string_view user, bus::Bus::OnPublished on_published) {
  bus_.publish(topic_, kTerminate + name_of(app, user), std::move(on_published));
}

void Users::on_message(std::string_view payload) {
  if (!payload.starts_with(kTerminate)) return;
  const auto found = sessions_.find(std::string(payload.substr(kTerminate.size())));
  if (found == sessions_.end()) return;
  const std::vector<Session*> sessions = found->second;  // each takes itself off when it ends
  for (Session* session : sessions)
    session->refuse(ws::CloseCode::unauthorized, "the user's connections were terminated");
}

}  // namespace belfry::pusher
