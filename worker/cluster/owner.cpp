#include "worker/cluster/owner.hpp"

#include <utility>

#include "common/log.hpp"
#include "common/random.hpp"
#include "worker/cluster/owner_name.hpp"
#include "worker/cluster/scripts.hpp"

namespace belfry::cluster {

Owner::Owner(uv_loop_t* loop, bus::Bus& bus, const Keys& keys, Identity identity, std::string raw_closed,
             std::function<void(std::uint64_t)> on_epoch, Counters& counters)
    : loop_(loop),
      bus_(bus),
      keys_(keys),
      identity_(identity),
      raw_closed_(std::move(raw_closed)),
      on_epoch_(std::move(on_epoch)),
      counters_(counters),
      refresh_timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {
  take_epoch(identity_.epoch);
  bus_.watch(*this);
}

void Owner::start() {
  uv_timer_start(
      refresh_timer_.get(), [](uv_timer_t* timer) noexcept { static_cast<Owner*>(timer->data)->refresh(); },
      kRefresh.count(), kRefresh.count());
}

void Owner::take_epoch(std::uint64_t epoch) {
  identity_.epoch = epoch;
  name_ = owner_name(identity_.node, identity_.slot, epoch);
  on_epoch_(epoch);
}

bool Owner::is_steady() const {
  return registered_ && uv_now(loop_) - registered_since_ms_ >= static_cast<std::uint64_t>(kLease.count());
}

Milliseconds Owner::lease_left() const {
  const auto age = Milliseconds(uv_now(loop_) - leased_since_ms_);
  return registered_ && age < kLease ? kLease - age : Milliseconds(0);
}

void Owner::on_commands_ready() {
  ask_for_run();
  refresh();
}

void Owner::ask_for_run() {
  if (released_) return;
  bus_.command(std::vector<std::string>{"INFO", "server"}, [this](bus::Reply reply) {
    constexpr std::string_view kField = "\nrun_id:";
    const std::size_t at = reply.text().find(kField);
    if (at != std::string_view::npos) run_ = reply.text().substr(at + kField.size(), run_.size());
  });
}

void Owner::on_commands_lost() {
  if (!std::exchange(registered_, false)) return;
  for (Listener* listener : listeners_) listener->on_unregistered();
}

void Owner::refresh() {
  if (!bus_.commands_ready() || released_) return;
  bus_.run(scripts::dataset(), std::vector{keys_.dataset()}, std::vector{random_hex(16)},
           [this](bus::Reply reply) { handle_dataset(reply); });
  take_lease(Standing::kept);
}

void Owner::handle_dataset(bus::Reply reply) {
  if (!reply.ok()) return;
  const std::string previous = std::exchange(dataset_, reply.text());
  if (previous.empty() || previous == dataset_) return;
  dataset_changed_ = true;
  ++counters_.data_losses;
}

// The registry first: a row must never exist whose owner no sweep can find.
void Owner::take_lease(Standing standing) {
  const std::string lease_ms = std::to_string(kLease.count());
  bus_.run(scripts::registry(), std::vector{keys_.owners()}, std::vector{name_, lease_ms}, [this](bus::Reply reply) {
    std::vector<std::string> expired;
    for (std::size_t i = 0; i < reply.size(); ++i) expired.emplace_back(reply[i].text());
    for (Listener* listener : listeners_) listener->on_refreshed(expired);
  });
  bus_.run(scripts::lease(), std::vector{keys_.lease(name_), keys_.closed(name_), keys_.record(name_)},
           std::vector{lease_ms, raw_closed_},
           [this, standing, asked_for = name_, now = uv_now(loop_)](bus::Reply reply) {
             if (asked_for == name_) handle_lease(standing, now, reply);
           });
}

void Owner::handle_lease(Standing standing, std::uint64_t asked_at_ms, bus::Reply reply) {
  if (reply.is_missing()) return;
  if (reply.is_error()) return log::error("the lease was not taken", {{"owner", name_}, {"reason", reply.text()}});
  if (reply.text() == "GONE") return go_on_under_new_epoch();
  leased_since_ms_ = asked_at_ms;
  if (standing == Standing::kept && dataset_changed_) standing = Standing::data_lost;
  if (standing != Standing::kept || !registered_) register_as(standing);
}

void Owner::go_on_under_new_epoch() {
  log::warning("declared dead by another worker; going on under a new epoch", {{"owner", name_}});
  ++counters_.declared_dead;
  on_commands_lost();
  // The refresh that told us has entered the dead name again; who sweeps it, or swept it, takes it out.
  take_epoch(identity_.epoch + 1);
  take_lease(Standing::reborn);
}

void Owner::register_anew(std::string_view reason) {
  log::warning("a row was not written; registering anew", {{"owner", name_}, {"reason", reason}});
  on_commands_lost();
}

void Owner::register_as(Standing standing) {
  dataset_changed_ = false;
  if (!std::exchange(registered_, true)) registered_since_ms_ = uv_now(loop_);
  for (Listener* listener : listeners_) listener->on_registered(standing);
}

void Owner::leave(Milliseconds grace) {
  if (std::exchange(released_, true) || !bus_.commands_ready()) return;
  bus_.run(scripts::lease(), std::vector{keys_.lease(name_), keys_.closed(name_), keys_.record(name_)},
           std::vector{std::to_string(grace.count()), raw_closed_}, [](bus::Reply) {});
}

void Owner::release() {
  if (std::exchange(released_, true) || !bus_.commands_ready()) return;
  bus_.run(scripts::release(),
           std::vector{keys_.lease(name_), keys_.record(name_), keys_.claim(name_), keys_.index(name_)},
           std::vector{std::string()}, [](bus::Reply) {});
  bus_.command(std::vector<std::string>{"ZREM", keys_.owners(), name_}, [](bus::Reply) {});
}

}  // namespace belfry::cluster
