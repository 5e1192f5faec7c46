// A client of the raw protocol: a WebSocket whose messages go to everybody.
#pragma once

#include <cstdint>
#include <string_view>

#include "worker/raw/lifecycle.hpp"
#include "worker/ws/session.hpp"

namespace belfry::raw {

class Broadcast;

class Session final : public ws::Session {
 public:
  Session(net::Stream& predecessor, const ws::SessionRules& rules, Broadcast& broadcast, const Client& client);

  const Client& client() const { return client_; }

 private:
  friend class Broadcast;

  void on_message(ws::Opcode opcode, std::string_view payload) override;
  void on_end() override;
  bool owes_answers() const override { return unanswered_ > 0; }

  Broadcast& broadcast_;
  Client client_;
  std::uint32_t place_ = 0;       // in the broadcast's list; O(1) to leave it
  std::uint32_t unanswered_ = 0;  // messages of its that Redis has not answered
};

}  // namespace belfry::raw
