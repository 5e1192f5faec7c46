// Announces raw clients on the channels new_connection and connection_closed, and keeps their ids in Redis under this
// worker's owner, so that a close is announced for a crashed worker's clients too (cluster/README.md). Opens and closes
// of one loop turn go out together, opens first. While Redis is away they wait; afterwards only what is still true is
// announced.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "common/uv_handle.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/keys.hpp"
#include "worker/cluster/owner.hpp"
#include "worker/ws/session_id.hpp"

namespace belfry::raw {

// A raw client as Redis knows it. Serials grow by one with each client of this worker: all up to the last answered one
// are known to be in Redis.
struct Client {
  ws::SessionId id;
  std::uint64_t serial = 0;
};

class Lifecycle final : private cluster::Owner::Listener {
 public:
  struct Channels {
    std::string opened;
    std::string closed;
  };
  using Visit = std::function<void(const Client&)>;
  // Calls the visitor for each client that is open now.
  using ForEachOpen = std::function<void(const Visit&)>;

  Lifecycle(uv_loop_t* loop, bus::Bus& bus, const cluster::Keys& keys, cluster::Owner& owner, Channels channels,
            ForEachOpen for_each_open);

  Client opened();
  void closed(const Client& client);

  // Sends the opens of this turn now: before something else of theirs is published.
  void flush_opens();
  // Nothing is waiting to be sent or answered, or Redis is away.
  bool is_settled() const { return !registered_ || (closes_.empty() && closes_under_way_.empty()); }

 private:
  void on_registered(cluster::Owner::Standing standing) override;
  void on_unregistered() override;

  bool is_answer(bus::Reply reply, std::uint64_t asked_in);
  void enter_again();
  void send_opens(std::vector<Client> clients, bool announce);
  void send_closes();
  void publish_closes();
  void flush_later();
  void flush();

  bus::Bus& bus_;
  const cluster::Keys& keys_;
  cluster::Owner& owner_;
  Channels channels_;
  ForEachOpen for_each_open_;
  ws::SessionIds ids_;
  bool registered_ = false;
  std::uint64_t registration_ = 0;  // grows when one ends: answers to what was asked in it are void then
  std::uint64_t last_serial_ = 0;
  std::uint64_t sent_serial_ = 0;      // clients up to this one may be in Redis
  std::uint64_t answered_serial_ = 0;  // up to this one they are
  std::vector<Client> opens_;          // of this turn
  std::vector<Client> closes_;         // not sent
  std::deque<std::vector<Client>> closes_under_way_;
  UvPrepare flush_handle_;  // active while something waits for the end of the turn
};

}  // namespace belfry::raw
