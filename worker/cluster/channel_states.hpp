// All channels of this worker's clients in the cluster's state, under this worker's owner: enters them in the owner's
// index before anything of them is written, has changes written at the end of the loop turn, in slices, verifies from
// time to time that Redis has what we believe, and all of it after each loss of the connection, of data or of the
// owner.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/counters.hpp"
#include "common/keyed_hash.hpp"
#include "common/uv_handle.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/channel_state.hpp"
#include "worker/cluster/keys.hpp"
#include "worker/cluster/owner.hpp"
#include "worker/cluster/telling.hpp"

namespace belfry::cluster {

class ChannelStates final : private Owner::Listener {
 public:
  ChannelStates(uv_loop_t* loop, bus::Bus& bus, const Keys& keys, Owner& owner, TellingOf telling_of,
                Counters& counters);

  // `follows`: see ChannelState::follow().
  ChannelState& attach(const std::string& address, bool follows, ChannelState::Listener& listener);
  // Its count is 0 and it has no users any more. The state must not be used afterwards.
  void detach(ChannelState& state);

  void account(MemoryAccount& account) const;

  // Channels that have users here, or a roster.
  std::vector<std::string> presence_addresses() const;
  // Null: there is none.
  const ChannelState* find(const std::string& address) const;

  // While it is so, members stay written when their subscribers go: the owner's lease says for how long.
  void keep_members(bool keeps) { keeps_members_ = keeps; }
  bool keeps_members() const { return keeps_members_ || leaves_members_; }
  // The same from here on, and for those who are kept already: the owner goes.
  void leave_members();
  bool leaves_members() const { return leaves_members_; }

  // No rows are left and nothing waits to be written, or Redis is away.
  bool is_settled() const;

 private:
  friend class ChannelState;

  void on_registered(Owner::Standing standing) override;
  void on_unregistered() override { registered_ = false; }

  // For the channels.
  bus::Bus& bus() { return bus_; }
  std::vector<std::string> keys_of(const ChannelState& state, const Telling& telling) const;
  std::vector<std::string> verify_keys_of(const ChannelState& state) const;
  std::vector<std::string> arguments();
  std::string topic(const ChannelState& state) const { return keys_.topic(state.address()); }
  Telling telling_of(std::string_view address) const { return telling_of_(address); }
  void begin_grace();
  bool in_grace() const { return uv_now(loop_) < grace_until_ms_; }
  void write_later(ChannelState& state);
  void tell_total_after(ChannelState& state, std::uint64_t wait_ms);
  void recheck_later(ChannelState& state);
  void not_written(ChannelState& state, bus::Reply reply);
  void drop_if_done(ChannelState& state);
  Counters& counters() { return counters_; }

  void end_of_turn();
  void wake();
  void enter();
  void handle_entered(const std::vector<std::string>& addresses, std::uint64_t registration, bus::Reply reply);
  void clear_forgotten(const std::string& after);
  void clear(const std::string& address);
  void tick();
  void tell_late_totals();
  void verify_some();
  void recheck_doubtful();

  struct LateTotal {
    std::uint64_t due_ms;
    std::string address;
  };

  uv_loop_t* loop_;
  bus::Bus& bus_;
  const Keys& keys_;
  Owner& owner_;
  TellingOf telling_of_;
  Counters& counters_;
  TextMap<std::unique_ptr<ChannelState>> states_;  // by address
  std::deque<std::string> to_write_;
  std::vector<std::string> to_enter_;
  std::vector<std::string> to_leave_;  // the index
  std::vector<LateTotal> late_totals_;
  TextSet doubtful_;  // whose roster spares somebody
  bool registered_ = false;
  bool keeps_members_ = false;
  bool leaves_members_ = false;
  std::uint64_t registration_ = 0;  // counts them; the number of our connection, for Redis
  std::string run_;                 // of Redis, at the last registration
  std::string nonce_;
  std::uint64_t last_nonce_ = 0;
  std::uint64_t grace_until_ms_ = 0;  // until then, others are still writing again what Redis has lost
  std::size_t next_bucket_ = 0;       // of states_, to be verified
  UvPrepare end_of_turn_;
  UvIdle more_;  // active: there is more to write, the loop must not wait
  UvTimer tick_;
};

}  // namespace belfry::cluster
