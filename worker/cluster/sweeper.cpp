#include "worker/cluster/sweeper.hpp"

#include <utility>

#include "common/log.hpp"
#include "worker/cluster/scripts.hpp"

namespace belfry::cluster {
namespace {

const std::string kClaimMs = "10000";
const std::string kChunk = "500";

}  // namespace

Sweeper::Sweeper(uv_loop_t* loop, bus::Bus& bus, const Keys& keys, Owner& owner, TellingOf telling_of,
                 Counters& counters)
    : loop_(loop),
      bus_(bus),
      keys_(keys),
      owner_(owner),
      counters_(counters),
      channels_(bus, keys, owner, std::move(telling_of)) {
  owner_.add(*this);
}

void Sweeper::sweep(const std::string& dead, std::function<void()> done) {
  known_dead_.insert_or_assign(dead, std::move(done));
  if (owner_.is_registered()) claim(dead, true);
}

void Sweeper::on_registered(Owner::Standing) {
  for (const auto& [dead, done] : known_dead_) claim(dead, true);
}

void Sweeper::on_refreshed(const std::vector<std::string>& expired) {
  if (!owner_.is_registered()) return;
  for (const auto& [dead, done] : known_dead_) claim(dead, true);  // another sweeper may have died over it
  if (!owner_.is_steady()) return;
  for (const std::string& dead : expired)
    if (dead != owner_.name()) claim(dead, false);
}

void Sweeper::claim(const std::string& dead, bool known_dead) {
  if (!under_way_.insert(dead).second) return;
  bus_.run(scripts::claim(), std::vector{keys_.lease(dead), keys_.closed(dead), keys_.record(dead), keys_.claim(dead)},
           std::vector{owner_.name(), kClaimMs, std::string(known_dead ? "1" : "0")}, [this, dead](bus::Reply reply) {
             if (reply[0].text() == "OK") return reap_raw(dead, std::string(reply[1].text()));
             under_way_.erase(dead);
           });
}

void Sweeper::reap_raw(const std::string& dead, const std::string& raw_closed) {
  bus_.run(scripts::raw_reap(), std::vector{keys_.raw_ids(dead), keys_.claim(dead)},
           std::vector{owner_.name(), kClaimMs, raw_closed, kChunk}, [this, dead, raw_closed](bus::Reply reply) {
             if (!reply.ok() || reply.integer() < 0) return void(under_way_.erase(dead));
             if (reply.integer() > 0) return reap_raw(dead, raw_closed);
             reap_channels(dead);
           });
}

void Sweeper::reap_channels(const std::string& dead) {
  channels_.reap(dead, kClaimMs, [this, dead](bool through) {
    if (through) finish(dead);
    else under_way_.erase(dead);
  });
}

void Sweeper::finish(const std::string& dead) {
  bus_.command(std::vector<std::string>{"ZREM", keys_.owners(), dead}, [](bus::Reply) {});
  bus_.run(scripts::release(), std::vector{keys_.lease(dead), keys_.record(dead), keys_.claim(dead), keys_.index(dead)},
           std::vector{owner_.name()}, [this, dead](bus::Reply reply) {
             under_way_.erase(dead);
             if (!reply.ok()) return;
             log::info("swept a dead owner", {{"owner", dead}});
             ++counters_.sweeps;
             last_sweep_ms_ = uv_now(loop_);
             if (const auto told = known_dead_.extract(dead)) told.mapped()();
           });
}

}  // namespace belfry::cluster
