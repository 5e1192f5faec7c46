#include "worker/pusher/session.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "worker/net/reactor.hpp"
#include "worker/pusher/channel_name.hpp"
#include "worker/pusher/server_events.hpp"
#include "worker/ws/frame_encoder.hpp"

namespace belfry::pusher {
namespace {

constexpr int kClientEventRejected = 4301;
constexpr int kWatchlistTooLong = 4302;
constexpr net::Tick kRateWindow = net::ticks(Seconds(1));
constexpr std::uint16_t kMaxMalformed = 100;  // then it is a flood

std::string with_channel(std::string_view text, std::string_view channel) { return std::string(text).append(channel); }

Refusal refusal_of(std::string_view type) {
  if (type == "InvalidChannel") return Refusal::channel_name;
  if (type == "AuthError") return Refusal::channel_signature;
  return type == "InvalidData" ? Refusal::channel_member : Refusal::channel_limit;
}

// What the client should have signed, as Pusher words it.
std::string invalid_signature(const std::string& socket_id, const Subscribe& message) {
  std::string signed_text = socket_id + ":" + std::string(message.channel);
  if (message.channel_data) signed_text.append(":").append(*message.channel_data);
  return "Invalid signature: Expected HMAC SHA256 hex digest of " + signed_text + ", but got " +
         std::string(message.auth);
}

bool is_signed(const Credentials& credentials, const std::string& socket_id, const Subscribe& message) {
  if (!message.channel_data) return credentials.accepts(message.auth, {socket_id, ":", message.channel});
  return credentials.accepts(message.auth, {socket_id, ":", message.channel, ":", *message.channel_data});
}

}  // namespace

Session::Session(net::Stream& predecessor, const ws::SessionRules& rules, Surroundings& surroundings, const App* app,
                 const Admission& admission, ws::SessionId id)
    : ws::Session(predecessor, rules), surroundings_(surroundings), app_(app), admission_(admission), id_(id) {}

// To who watches; `describe` makes the Happening.
template <typename Describe>
void Session::tell(Describe describe) const {
  surroundings_.hub.activity().tell(app_, [&] {
    Happening happening = describe();
    happening.session = id_;
    return happening;
  });
}

void Session::greet(const IpAddress& client) {
  greeted_ = true;
  ++app_->counters->clients;
  ++app_->counters->connections;
  tell([&] { return Happening{.kind = kConnected, .client = client}; });
  send_text(connection_established(id_.to_string(), surroundings_.activity_timeout));
}

void Session::refuse(Refusal why, ws::CloseCode code, std::string_view reason) {
  count_refusal(why);
  send_rest();
  send_error(reason, static_cast<int>(code));
  close(code, reason);
}

void Session::refuse_over_quota(std::string_view reason) {
  refuse(Refusal::app_full, static_cast<ws::CloseCode>(app_->settings.over_quota_close), reason);
}

void Session::send_frame(const net::SharedBytes& frame) {
  if (!ws::Session::send_frame(frame) || app_ == nullptr) return;
  ++app_->counters->messages_out;
  app_->counters->bytes_out += frame.size();
}

void Session::account(MemoryAccount& account) const {
  ws::Session::account(account);
  holdings_.account(account);
  account.add(MemoryKind::connections, MemoryAccount::block_bytes(user_.get()));
}

std::uint32_t Session::joined(Channel& channel, std::uint32_t place) {
  const std::uint32_t index = holdings_.index_of(channel);
  tell([&] { return Happening{.kind = kSubscribed, .channel = channel.name()}; });
  holdings_[index].joined = true;
  holdings_[index].place = place;
  if (kind_of(channel.name()).authenticated) prove_identity();
  return index;
}

void Session::moved(std::uint32_t holding, std::uint32_t place) { holdings_[holding].place = place; }

// The last holding takes the place, and its channel is told.
void Session::drop(Channel& channel) {
  const std::uint32_t index = holdings_.index_of(channel);
  if (holdings_[index].joined) tell([&] { return Happening{.kind = kUnsubscribed, .channel = channel.name()}; });
  holdings_.remove(index);
  if (index == holdings_.all().size()) return;
  const Holding& moved = holdings_[index];
  if (moved.joined) moved.channel->holding_moved(moved.place, index);
}

std::vector<Holding> Session::take_holdings() {
  for (const Holding& holding : holdings_.all())
    if (holding.joined) tell([&] { return Happening{.kind = kUnsubscribed, .channel = holding.channel->name()}; });
  return holdings_.take();
}

void Session::on_message(ws::Opcode opcode, std::string_view payload) {
  if (opcode == ws::Opcode::binary) return close(ws::CloseCode::unsupported_data, "only text is spoken here");
  if (app_ == nullptr) return;
  ++app_->counters->messages_in;
  app_->counters->bytes_in += payload.size();
  if (!greeted_) return surroundings_.connections.keep(*this, payload);
  hear(payload);
}

void Session::hear(std::string_view text) {
  if (is_open()) std::visit([this](const auto& message) { handle(message); }, surroundings_.parser.parse(text));
}

void Session::send_rest() {
  for (std::size_t i = 0; i < holdings_.all().size(); ++i)  // it may end, and hold none any more
    if (const Holding& holding = holdings_.all()[i]; holding.joined) holding.channel->deliver_rest(holding.place);
}

void Session::on_end() {
  if (app_ == nullptr) return;
  surroundings_.hub.leave_all(*this);
  if (greeted_) {
    --app_->counters->clients;
    ++app_->counters->disconnections;
    tell([&] { return Happening{.kind = kDisconnected, .code = static_cast<int>(close_code())}; });
  }
  if (user_ != nullptr) surroundings_.users.remove(*this, user_->id);
  surroundings_.connections.close(*this);
}

void Session::on_reconfigured() {
  if (app_ == nullptr || !is_open()) return;
  if (const auto objection = admission_.objection(*app_))
    return refuse(objection->why, objection->code, objection->reason);
  surroundings_.connections.await_identity(*this);
}

void Session::handle(const Subscribe& message) {
  if (const auto fault = channel_name_fault(message.channel, app_->settings.max_channel_name_length))
    return refuse_subscription(message.channel, "InvalidChannel", *fault, 400);
  const ChannelKind kind = kind_of(message.channel);
  if (kind.to_user && !is_signed_in_as(user_of(message.channel)))
    return refuse_subscription(message.channel, "AuthError", "only for the user who has signed in as this one", 401);
  const std::string socket_id = id_.to_string();
  if (kind.authenticated && !kind.to_user && !is_signed(app_->credentials, socket_id, message))
    return refuse_subscription(message.channel, "AuthError", invalid_signature(socket_id, message), 401);
  std::optional<Member> member;
  if (kind.presence && !(member = member_of(message))) return;
  if (!surroundings_.hub.subscribe(*this, message.channel, member))
    send_error(with_channel("Existing subscription to channel ", message.channel));
}

// Who it is in a presence channel: what the application signed, or who has signed in. Nobody: the client was told why.
std::optional<Member> Session::member_of(const Subscribe& message) {
  Result<Member> member = Unexpected("a presence channel wants channel_data, or a client that has signed in");
  if (message.channel_data) member = parse_channel_data(*message.channel_data);
  else if (user_ != nullptr) member = Member{user_->id, user_->user_info_json};
  if (!member) return refuse_subscription(message.channel, "InvalidData", member.error().message, 400), std::nullopt;
  const std::size_t limit = std::size_t{1024} * app_->settings.max_presence_member_size_in_kb;
  if (limit == 0 || member->user_id.size() + member->user_info_json.size() <= limit) return *member;
  refuse_subscription(message.channel, "LimitReached",
                      "the member is larger than " + std::to_string(limit) + " bytes, which is the limit", 4301);
  return std::nullopt;
}

void Session::refuse_full(std::string_view channel) {
  refuse_subscription(channel, "LimitReached",
                      "the channel has " + std::to_string(app_->settings.max_presence_members_per_channel) +
                          " members, which is the limit",
                      4100);
}

void Session::handle(const Unsubscribe& message) { surroundings_.hub.unsubscribe(*this, message.channel); }

void Session::handle(const Ping&) { send_text(pong()); }

void Session::handle(const SignIn& message) {
  if (!app_->settings.enable_user_authentication)
    return refuse_sign_in("user authentication is not enabled for this app");
  if (!app_->credentials.accepts(message.auth, {id_.to_string(), "::user::", message.user_data}))
    return refuse_sign_in("Invalid signature of the user data");
  auto user = parse_user_data(message.user_data);
  if (!user) return refuse_sign_in(user.error().message);
  if (user_ != nullptr && user_->id != user->id) return send_error("already signed in as another user");
  tell([&] { return Happening{.kind = kSignedIn, .user = user->id}; });
  if (user_ == nullptr) surroundings_.users.add(*this, user->id);
  user_ = std::make_unique<User>(std::move(*user));
  prove_identity();
  send_text(signin_success(message.user_data));
  watch_others();
}

// The list is the watchlists' from here on.
void Session::watch_others() {
  std::vector<std::string> users = std::exchange(user_->watchlist, {});
  if (users.size() > kMaxWatched) {
    users.resize(kMaxWatched);
    send_error("the watchlist is longer than " + std::to_string(kMaxWatched) + " users: the others are not watched",
               kWatchlistTooLong);
  }
  if (is_open() && app_->settings.enable_watchlist_events) surroundings_.users.watchlists().watch(*this, users);
}

void Session::prove_identity() {
  if (!std::exchange(identified_, true)) surroundings_.connections.identified(*this);
}

void Session::refuse_sign_in(std::string_view reason) { refuse(Refusal::sign_in, ws::CloseCode::unauthorized, reason); }

void Session::handle(const ClientEvent& message) {
  if (!message.event.starts_with("client-")) return handle(Malformed{"unknown event " + std::string(message.event)});
  const AppSettings& limits = app_->settings;
  if (!limits.enable_client_messages)
    return refuse_event(message, "client events are not enabled for this app", kClientEventRejected);
  if (!kind_of(message.channel).takes_client_events())
    return refuse_event(message, "Client event rejected - only supported on private and presence channels", {});
  const Holding* holding = find_holding(message.channel);
  if (holding == nullptr || !holding->joined)
    return refuse_event(
        message,
        with_channel("Cannot broadcast client event (connection not subscribed to channel ", message.channel) + ")",
        {});
  if (const auto fault = event_name_fault(message.event, limits.max_event_name_length))
    return refuse_event(message, *fault, kClientEventRejected);
  if (limits.max_event_payload_in_kb != 0 && message.data.size() > std::size_t{limits.max_event_payload_in_kb} * 1024)
    return refuse_event(message, "the data of a client event is too large", kClientEventRejected);
  if (!takes_client_event())
    return refuse_event(message, "too many client events in a second", kClientEventRejected,
                        Refusal::client_event_rate);
  if (!surroundings_.hub.bus().commands_ready())
    return refuse_event(message, "Client event not sent: Redis is away", {});
  std::optional<std::string_view> user;
  if (kind_of(message.channel).presence) user = holding->channel->user_at(holding->place);
  tell([&] {
    return Happening{.kind = kClientEvent, .channel = message.channel, .event = message.event, .payload = message.data};
  });
  surroundings_.hub.publish(*app_, message.channel, id_.to_string(),
                            client_event(message.event, message.channel, message.data, user),
                            [](bus::PublishOutcome) {});
}

bool Session::takes_client_event() {
  const std::uint32_t most = app_->settings.max_client_events_per_second;
  if (reactor().now() - client_events_since_ >= kRateWindow) {
    client_events_since_ = reactor().now();
    client_events_ = 0;
  }
  if (most != 0 && client_events_ >= most) return false;
  ++client_events_;
  return true;
}

void Session::handle(const Malformed& message) {
  count_refusal(Refusal::malformed_message);
  send_error(message.reason);
  if (++malformed_ >= kMaxMalformed) close(ws::CloseCode::policy_violation, "too many malformed messages");
}

void Session::refuse_subscription(std::string_view channel, std::string_view type, std::string_view message,
                                  int status) {
  count_refusal(refusal_of(type));
  tell([&] { return Happening{.kind = kRefused, .channel = channel, .reason = message, .code = status}; });
  if (surroundings_.soketi_errors) send_text(subscription_error(channel, type, message, status));
  if (surroundings_.pusher_errors) send_text(error(message, std::nullopt));
}

void Session::refuse_event(const ClientEvent& event, std::string_view message, std::optional<int> code, Refusal why) {
  count_refusal(why);
  tell([&] {
    return Happening{.kind = kRefused,
                     .channel = event.channel,
                     .event = event.event,
                     .payload = event.data,
                     .reason = message,
                     .code = code.value_or(0)};
  });
  send_text(error(message, code));
}

void Session::send_text(std::string_view text) { send_frame(ws::encode_frame(ws::Opcode::text, text)); }

void Session::send_error(std::string_view message) {
  tell([&] { return Happening{.kind = kRefused, .reason = message}; });
  send_text(error(message, std::nullopt));
}

void Session::send_error(std::string_view message, int code) {
  tell([&] { return Happening{.kind = kRefused, .reason = message, .code = code}; });
  send_text(error(message, code));
}

}  // namespace belfry::pusher
