// Publishes over a WebSocket: as client events on private channels that the publisher has subscribed to (Pusher), or as
// plain text messages (raw). The server answers none of them; what it objects to ends the run.
#pragma once

#include "tools/bench/handshake.hpp"
#include "tools/bench/publish_protocol.hpp"
#include "tools/bench/pusher_talk.hpp"
#include "tools/bench/server_frames.hpp"

namespace belfry::bench {

class WsPublishing final : public PublishProtocol {
 public:
  explicit WsPublishing(const Plan& plan);

  std::string greeting() override { return handshake_.request(); }
  bool is_ready() const override { return is_upgraded_ && (!plan_.speaks_pusher() || is_settled()); }
  bool answers_each() const override { return false; }
  void append_message(std::string& out, std::size_t channel, std::string_view data) override;
  Result<std::size_t> take(std::string_view in, std::string& out, Answers& answers) override;

 private:
  bool is_settled() const { return subscribed_ == plan_.channels.size(); }
  Result<void> take_frame(const ServerFrame& frame, std::string& out);
  Result<void> take_event(std::string_view message, std::string& out);
  void subscribe_all(std::string_view socket_id, std::string& out) const;

  const Plan& plan_;
  Handshake handshake_;
  PusherKey key_;
  bool is_upgraded_ = false;
  std::size_t subscribed_ = 0;
};

}  // namespace belfry::bench
