// This worker as an owner of rows in Redis: registers, keeps its lease, notices when it was declared dead (it goes on
// under a new epoch) or when Redis has lost its data, and tells those who keep rows what they have to write again.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/control_messages.hpp"
#include "common/counters.hpp"
#include "common/uv_handle.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/keys.hpp"

namespace belfry::cluster {

inline constexpr Milliseconds kLease{9000};
inline constexpr Milliseconds kRefresh{1000};  // a dead owner is noticed at most a lease and this after its death

class Owner final : private bus::ConnectionWatcher {
 public:
  // How our rows are in Redis at the moment of registering.
  enum class Standing {
    kept,       // as we wrote them; only what was under way is unknown
    data_lost,  // Redis lost everything; nobody announced our rows as gone
    reborn,     // swept: our rows were announced as gone, and we have a new epoch
  };

  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_registered(Standing standing) = 0;
    virtual void on_unregistered() = 0;                                        // Redis is away
    virtual void on_refreshed(const std::vector<std::string>& /*expired*/) {}  // owners whose lease has run out
  };

  struct Identity {
    NodeId node;
    std::uint32_t slot = 0;
    std::uint64_t epoch = 0;
  };

  // `on_epoch` hears of each epoch before Redis does. `raw_closed` is the channel for a sweep of our raw clients.
  Owner(uv_loop_t* loop, bus::Bus& bus, const Keys& keys, Identity identity, std::string raw_closed,
        std::function<void(std::uint64_t)> on_epoch, Counters& counters);

  void add(Listener& listener) { listeners_.push_back(&listener); }
  void start();
  // Leaves the registry; for an orderly end, when no rows are left.
  void release();
  // Leaves its rows behind, for so long; who notices then sweeps them.
  void leave(Milliseconds grace);

  // A row could not be written (Redis has no memory left, ...): all are written again at the next refresh.
  void register_anew(std::string_view reason);

  // Takes or renews the lease now; to be called when a script says that we were fenced, too.
  void refresh();

  std::uint64_t epoch() const { return identity_.epoch; }
  const std::string& name() const { return name_; }
  // Which run of Redis this is: 8 characters. Another one may have older data than the one before.
  const std::string& run() const { return run_; }
  bool is_registered() const { return registered_; }
  // Refreshed without a break for a whole lease: only then may it judge others.
  bool is_steady() const;
  // What is certainly left of the lease; 0: none.
  Milliseconds lease_left() const;

 private:
  void on_commands_ready() override;
  void on_commands_lost() override;

  void take_epoch(std::uint64_t epoch);
  void ask_for_run();
  void handle_dataset(bus::Reply reply);
  void take_lease(Standing standing);
  void handle_lease(Standing standing, std::uint64_t asked_at_ms, bus::Reply reply);
  void go_on_under_new_epoch();
  void register_as(Standing standing);

  uv_loop_t* loop_;
  bus::Bus& bus_;
  const Keys& keys_;
  Identity identity_;
  std::string raw_closed_;
  std::function<void(std::uint64_t)> on_epoch_;
  Counters& counters_;
  std::vector<Listener*> listeners_;
  std::string name_;
  std::string run_ = std::string(8, '0');
  std::string dataset_;           // the id that we know; empty: none yet
  bool dataset_changed_ = false;  // since the last registration
  bool released_ = false;
  bool registered_ = false;
  std::uint64_t registered_since_ms_ = 0;
  std::uint64_t leased_since_ms_ = 0;
  UvTimer refresh_timer_;
};

}  // namespace belfry::cluster
