// Cleans up after dead owners: claims one, announces what it held as gone, forgets it. Dead is who the supervisor says
// is dead (a worker of this node), or whose lease has run out while ours was refreshed without a break: otherwise the
// first worker back after an outage of Redis would remove everybody. Each step is idempotent and a claim runs out, so a
// sweeper may die too.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/counters.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/channel_reaper.hpp"
#include "worker/cluster/keys.hpp"
#include "worker/cluster/owner.hpp"

namespace belfry::cluster {

class Sweeper final : private Owner::Listener {
 public:
  Sweeper(uv_loop_t* loop, bus::Bus& bus, const Keys& keys, Owner& owner, TellingOf telling_of, Counters& counters);

  // `dead` has died for certain. Swept as soon as Redis can be reached; `done` is called when it is.
  void sweep(const std::string& dead, std::function<void()> done);

  // When it was through with one the last time, by the loop's clock; nullopt: never.
  std::optional<std::uint64_t> last_sweep_ms() const { return last_sweep_ms_; }

 private:
  void on_registered(Owner::Standing standing) override;
  void on_unregistered() override { under_way_.clear(); }
  void on_refreshed(const std::vector<std::string>& expired) override;

  void claim(const std::string& dead, bool known_dead);
  void reap_raw(const std::string& dead, const std::string& raw_closed);
  void reap_channels(const std::string& dead);
  void finish(const std::string& dead);

  uv_loop_t* loop_;
  bus::Bus& bus_;
  const Keys& keys_;
  Owner& owner_;
  Counters& counters_;
  ChannelReaper channels_;
  std::map<std::string, std::function<void()>> known_dead_;  // told, and not swept yet
  std::set<std::string> under_way_;
  std::optional<std::uint64_t> last_sweep_ms_;
};

}  // namespace belfry::cluster
