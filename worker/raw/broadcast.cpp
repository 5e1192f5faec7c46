#include "worker/raw/broadcast.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "worker/http/connection.hpp"
#include "worker/net/reactor.hpp"
#include "worker/ws/frame_encoder.hpp"
#include "worker/ws/handshake.hpp"
#include "worker/ws/utf8.hpp"

namespace belfry::raw {
namespace {

constexpr std::uint32_t kMaxUnanswered = 256;  // then no more is read from the sender until Redis has caught up

// What the sender is told of a message that did not get through.
net::SharedBytes encode_failure(bus::PublishOutcome outcome) {
  const bool unknown = outcome.what == bus::PublishOutcome::What::unknown;
  const nlohmann::ordered_json failure = {{"error", unknown ? "message may not have been sent" : "message not sent"},
                                          {"reason", outcome.reason}};
  return ws::encode_frame(ws::Opcode::text,
                          failure.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace

Broadcast::Broadcast(uv_loop_t* loop, bus::Bus& bus, const cluster::Keys& keys, cluster::Owner& owner,
                     const RawSettings& settings, const ws::SessionRules& rules)
    : bus_(bus),
      settings_(settings),
      rules_(rules),
      channel_(settings.prefix + "new_message"),
      lifecycle_(loop, bus, keys, owner, {settings.prefix + "new_connection", settings.prefix + "connection_closed"},
                 [this](const Lifecycle::Visit& visit) {
                   for (const Session* session : sessions_) visit(session->client());
                 }) {}

void Broadcast::reconfigure(const RawSettings& settings, const ws::SessionRules& rules) {
  settings_ = settings;
  rules_.renew(rules);
}

http::Handled Broadcast::handle(const http::Request& request, http::Connection& connection) {
  if (const auto refusal = ws::check_upgrade(request)) return connection.refuse(*refusal), http::Handled{};
  if (!ws::origin_is_allowed(request, settings_.allowed_origins))
    return connection.refuse({403, "this origin is not allowed", ""}), http::Handled{};
  if (!std::exchange(subscribed_, true)) standing_ = bus_.subscribe(channel_, *this);
  if (standing_ != bus::Bus::Standing::pending) return open(request, connection);
  waiting_.push_back(&connection);
  return {http::Handled::How::waiting};
}

void Broadcast::forget(http::Connection& connection) {
  std::erase(waiting_, &connection);
  release_channel();
}

http::Handled Broadcast::open(const http::Request& request, http::Connection& connection) {
  net::SharedBytes response = ws::encode_switching_protocols(request);
  auto session = std::make_unique<Session>(connection, rules_, *this, lifecycle_.opened());
  session->place_ = static_cast<std::uint32_t>(sessions_.size());
  sessions_.push_back(session.get());
  session->send(std::move(response));
  return {http::Handled::How::taken_over, &session->reactor().adopt_successor(std::move(session))};
}

void Broadcast::leave(Session& session) {
  sessions_[session.place_] = sessions_.back();
  sessions_[session.place_]->place_ = session.place_;
  sessions_.pop_back();
  senders_.erase(session.client().serial);
  lifecycle_.closed(session.client());
  release_channel();
}

void Broadcast::release_channel() {
  if (!sessions_.empty() || !waiting_.empty() || !std::exchange(subscribed_, false)) return;
  own_messages_.clear();
  bus_.unsubscribe(channel_);
}

void Broadcast::on_live() {
  standing_ = bus::Bus::Standing::live;
  retry_waiting();
}

// Without Redis clients are let in and kept: they hear what comes once it is back.
void Broadcast::on_interrupted() {
  standing_ = bus::Bus::Standing::away;
  own_messages_.clear();
  retry_waiting();
}

void Broadcast::retry_waiting() {
  for (http::Connection* connection : std::exchange(waiting_, {})) connection->retry();
}

void Broadcast::publish(Session& sender, std::string_view payload) {
  lifecycle_.flush_opens();
  const std::uint64_t serial = sender.client().serial;
  if (sender.unanswered_++ == 0) senders_.emplace(serial, &sender);
  const std::uint64_t number =
      settings_.echo || standing_ != bus::Bus::Standing::live ? 0 : own_messages_.sent(serial, payload);
  bus_.publish(channel_, payload,
               [this, serial, number](bus::PublishOutcome outcome) { settle(serial, number, outcome); });
  if (sender.unanswered_ >= kMaxUnanswered) sender.pause_reading();
}

void Broadcast::settle(std::uint64_t sender, std::uint64_t number, bus::PublishOutcome outcome) {
  using What = bus::PublishOutcome::What;
  if (outcome.what == What::not_sent) own_messages_.not_published(number);
  if (outcome.what == What::unknown) own_messages_.doubtful(number);
  const auto found = senders_.find(sender);
  if (found == senders_.end()) return;
  Session& session = *found->second;
  const bool last = --session.unanswered_ == 0;
  if (last) senders_.erase(found);
  if (session.unanswered_ <= kMaxUnanswered / 2) session.resume_reading();
  if (outcome.what != What::sent) session.send_frame(encode_failure(outcome));  // which may end the session
  if (last) session.answer_close();
}

void Broadcast::on_message(std::string_view payload) {
  const ws::Opcode opcode = ws::is_utf8(payload) ? ws::Opcode::text : ws::Opcode::binary;
  const net::SharedBytes frame = ws::encode_frame(opcode, payload);
  const std::optional<std::uint64_t> sender = settings_.echo ? std::nullopt : own_messages_.came_back(payload);
  for (std::size_t i = sessions_.size();
       i-- > 0;)  // backwards: one that is too slow leaves, and the last takes its place
    if (sessions_[i]->client().serial != sender) sessions_[i]->send_frame(frame);
}

}  // namespace belfry::raw
