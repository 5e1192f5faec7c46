// A client that speaks the Pusher protocol: what it may, what it holds, and its answers. Everything that it asks for is
// done in the order in which it came.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/pusher/admission.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/client_message.hpp"
#include "worker/pusher/connections.hpp"
#include "worker/pusher/holdings.hpp"
#include "worker/pusher/hub.hpp"
#include "worker/pusher/users.hpp"
#include "worker/ws/session.hpp"
#include "worker/ws/session_id.hpp"

namespace belfry::pusher {

// What all sessions of a worker share. Outlives them.
struct Surroundings {
  Hub& hub;
  Users& users;
  Connections& connections;
  ClientMessageParser parser;
  std::uint32_t activity_timeout = 120;  // seconds, told to clients
  // In which of the two forms a failed subscription is told.
  bool pusher_errors = true;
  bool soketi_errors = true;
};

class Session final : public ws::Session {
 public:
  // `app` is null for one that is only told why it is refused.
  Session(net::Stream& predecessor, const ws::SessionRules& rules, Surroundings& surroundings, const App* app,
          const Admission& admission, ws::SessionId id);

  const App& app() const { return *app_; }
  ws::SessionId id() const { return id_; }

  // The first thing that a client hears, either way.
  void greet(const IpAddress& client);  // for who watches
  void refuse(Refusal why, ws::CloseCode code, std::string_view reason);
  void refuse_over_quota(std::string_view reason);
  bool is_greeted() const { return greeted_; }
  // It has signed in, or was let into a channel that is not for everybody.
  bool is_identified() const { return identified_; }
  // A text message of the client.
  void hear(std::string_view message);

  void account(MemoryAccount& account) const override;

  // As ws::Session's, and counted for the app.
  void send_frame(const net::SharedBytes& frame);
  // The same where the channel counts.
  bool deliver(const net::SharedBytes& frames, std::size_t messages) {
    return ws::Session::send_frames(frames, messages);
  }

  // For the hub.
  const Holding* find_holding(std::string_view channel) const { return holdings_.find(channel); }
  void hold(Channel& channel) { holdings_.add(channel); }
  void drop(Channel& channel);
  std::vector<Holding> take_holdings();
  std::uint32_t joined(Channel& channel, std::uint32_t place);  // returns which of the holdings it is
  void moved(std::uint32_t holding, std::uint32_t place);
  void refuse_full(std::string_view channel);

 private:
  void on_message(ws::Opcode opcode, std::string_view payload) override;
  void on_end() override;
  void send_rest() override;
  void on_reconfigured() override;

  void handle(const Subscribe& message);
  std::optional<Member> member_of(const Subscribe& message);
  void handle(const Unsubscribe& message);
  void handle(const Ping& message);
  void handle(const Pong&) {}
  void handle(const SignIn& message);
  void handle(const ClientEvent& message);
  void handle(const Malformed& message);

  void send_text(std::string_view text);
  void refuse_event(const ClientEvent& event, std::string_view message, std::optional<int> code,
                    Refusal why = Refusal::client_event);
  void count_refusal(Refusal why) const { surroundings_.hub.activity().count_refusal(app_, why); }
  void send_error(std::string_view message);
  void send_error(std::string_view message, int code);
  void refuse_subscription(std::string_view channel, std::string_view type, std::string_view message, int status);
  void refuse_sign_in(std::string_view reason);
  void prove_identity();
  void watch_others();
  bool is_signed_in_as(std::string_view user) const { return user_ != nullptr && user_->id == user; }
  bool takes_client_event();
  template <typename Describe>
  void tell(Describe describe) const;

  Surroundings& surroundings_;
  const App* app_;
  Admission admission_;
  ws::SessionId id_;
  bool greeted_ = false;
  bool identified_ = false;
  Holdings holdings_;
  std::unique_ptr<User> user_;         // signed in; null: not
  net::Tick client_events_since_ = 0;  // of the second whose client events are counted
  std::uint16_t client_events_ = 0;
  std::uint16_t malformed_ = 0;
};

}  // namespace belfry::pusher
