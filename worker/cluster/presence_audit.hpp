// Compares the presence channels of this worker with Redis: whom its subscribers are with the rows of its owner, its
// rosters with the members, and the parts of Redis with each other. A channel that differs may only be in the middle of
// a change: it is asked again, and only what lasts is a difference. Changes nothing. Lives until it is through.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "common/uv_handle.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/channel_state.hpp"
#include "worker/cluster/keys.hpp"

namespace belfry::cluster {

class ChannelStates;
class Owner;

struct Difference {
  std::string address;
  std::string user;  // empty: it concerns the channel
  std::string what;  // a sentence
};

class PresenceAudit {
 public:
  struct Totals {
    std::uint64_t channels = 0;
    std::uint64_t members = 0;
    std::uint64_t differences = 0;
  };

  class Listener {
   public:
    virtual void on_difference(const PresenceAudit& audit, const Difference& difference) = 0;
    virtual void on_audited(PresenceAudit& audit) = 0;  // it may be destroyed

   protected:
    ~Listener() = default;
  };

  PresenceAudit(uv_loop_t* loop, bus::Bus& bus, const Keys& keys, const Owner& owner, ChannelStates& states,
                Listener& listener);

  const Totals& totals() const { return totals_; }

  // Asks nothing more: on_audited() comes when what was asked is answered.
  void stop();

 private:
  struct Asked {
    std::string address;
    std::uint32_t attempts = 0;
  };
  using Differences = std::vector<Difference>;

  void tick();
  void ask_some();
  void ask(Asked asked);
  void handle(Asked asked, bool settled, const std::vector<std::string>& own, bus::Reply reply);
  void report(const Differences& differences, std::size_t members);

  bus::Bus& bus_;
  const Keys& keys_;
  const Owner& owner_;
  ChannelStates& states_;
  Listener& listener_;
  Totals totals_;
  std::deque<Asked> to_ask_;
  std::vector<Asked> again_;  // after a while
  std::size_t unanswered_ = 0;
  bool asking_ = false;
  UvTimer timer_;
};

}  // namespace belfry::cluster
