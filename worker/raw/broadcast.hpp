// The raw protocol: every message that anybody publishes on Redis channel new_message reaches every raw client once,
// and what a raw client sends is published there, the payload and nothing else. Answers upgrade requests on raw.path.
#pragma once

#include <uv.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/settings.hpp"
#include "worker/bus/bus.hpp"
#include "worker/http/router.hpp"
#include "worker/raw/lifecycle.hpp"
#include "worker/raw/own_messages.hpp"
#include "worker/raw/session.hpp"
#include "worker/ws/session.hpp"

namespace belfry::raw {

class Broadcast final : public http::Handler, private bus::ChannelListener {
 public:
  Broadcast(uv_loop_t* loop, bus::Bus& bus, const cluster::Keys& keys, cluster::Owner& owner,
            const RawSettings& settings, const ws::SessionRules& rules);

  // An upgrade waits while the first client's SUBSCRIBE is under way: who is connected misses nothing that is published
  // later.
  http::Handled handle(const http::Request& request, http::Connection& connection) override;
  void forget(http::Connection& connection) override;

  // Sessions that are open go by the new limits as well.
  void reconfigure(const RawSettings& settings, const ws::SessionRules& rules);

  bool is_settled() const { return lifecycle_.is_settled(); }

 private:
  friend class Session;

  void on_live() override;
  void on_interrupted() override;
  void on_message(std::string_view payload) override;

  http::Handled open(const http::Request& request, http::Connection& connection);
  void publish(Session& sender, std::string_view payload);
  void settle(std::uint64_t sender, std::uint64_t number, bus::PublishOutcome outcome);
  void leave(Session& session);
  void retry_waiting();
  void release_channel();

  bus::Bus& bus_;
  RawSettings settings_;
  ws::SessionRules rules_;
  std::string channel_;  // new_message, with its prefix
  Lifecycle lifecycle_;
  bool subscribed_ = false;  // we hold the channel, whatever its standing
  bus::Bus::Standing standing_ = bus::Bus::Standing::away;
  std::vector<Session*> sessions_;                       // open ones
  std::unordered_map<std::uint64_t, Session*> senders_;  // by serial, while a message of theirs is unanswered
  std::vector<http::Connection*> waiting_;
  OwnMessages own_messages_;  // used where the sender does not hear itself
};

}  // namespace belfry::raw
