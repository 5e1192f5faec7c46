#include "worker/raw/lifecycle.hpp"

#include <algorithm>
#include <utility>

#include "worker/cluster/scripts.hpp"

namespace belfry::raw {
namespace {

constexpr std::size_t kIdsACommand = 500;

using Clients = std::vector<Client>;

// `first`, then the ids of clients[from ..], at most kIdsACommand.
std::vector<std::string> arguments(const std::string& first, const Clients& clients, std::size_t from) {
  std::vector<std::string> texts = {first};
  const std::size_t end = std::min(clients.size(), from + kIdsACommand);
  for (std::size_t i = from; i < end; ++i) texts.push_back(clients[i].id.to_string());
  return texts;
}

}  // namespace

Lifecycle::Lifecycle(uv_loop_t* loop, bus::Bus& bus, const cluster::Keys& keys, cluster::Owner& owner,
                     Channels channels, ForEachOpen for_each_open)
    : bus_(bus),
      keys_(keys),
      owner_(owner),
      channels_(std::move(channels)),
      for_each_open_(std::move(for_each_open)),
      flush_handle_(make_uv_handle<uv_prepare_t>(loop, this, uv_prepare_init)) {
  owner_.add(*this);
}

Client Lifecycle::opened() {
  const Client client = {ids_.next(), ++last_serial_};
  if (registered_) {
    opens_.push_back(client);
    flush_later();
  }
  return client;
}

// A client that Redis cannot have heard of was never announced, and is not now.
void Lifecycle::closed(const Client& client) {
  if (!registered_ && client.serial > sent_serial_) return;
  closes_.push_back(client);
  if (registered_) flush_later();
}

void Lifecycle::flush_later() {
  uv_prepare_start(flush_handle_.get(),
                   [](uv_prepare_t* handle) noexcept { static_cast<Lifecycle*>(handle->data)->flush(); });
}

void Lifecycle::flush() {
  uv_prepare_stop(flush_handle_.get());
  flush_opens();
  send_closes();
}

void Lifecycle::flush_opens() {
  if (!opens_.empty()) send_opens(std::exchange(opens_, {}), true);
}

void Lifecycle::on_registered(cluster::Owner::Standing standing) {
  using Standing = cluster::Owner::Standing;
  registered_ = true;
  opens_.clear();  // they are among the open ones
  if (standing == Standing::reborn) {
    answered_serial_ = sent_serial_ = 0;
    closes_.clear();  // announced by the sweep
  }
  if (standing == Standing::data_lost) publish_closes();
  enter_again();
  send_closes();
}

void Lifecycle::on_unregistered() {
  registered_ = false;
  ++registration_;
  opens_.clear();
  for (std::vector<Client>& batch : std::exchange(closes_under_way_, {}))
    closes_.insert(closes_.end(), batch.begin(), batch.end());
}

// All open clients: silently those that were known to be in Redis, aloud the others. The scripts change nothing that is
// so already.
void Lifecycle::enter_again() {
  Clients known, others;
  for_each_open_([&](const Client& client) { (client.serial <= answered_serial_ ? known : others).push_back(client); });
  send_opens(std::move(known), false);
  send_opens(std::move(others), true);
}

void Lifecycle::send_opens(Clients clients, bool announce) {
  for (std::size_t from = 0; from < clients.size(); from += kIdsACommand) {
    const bool last = from + kIdsACommand >= clients.size();
    const std::uint64_t serial = announce && last ? last_serial_ : 0;
    bus_.run(cluster::scripts::raw_open(), std::vector{keys_.closed(owner_.name()), keys_.raw_ids(owner_.name())},
             arguments(announce ? channels_.opened : "", clients, from),
             [this, serial, asked_in = registration_](bus::Reply reply) {
               if (!is_answer(reply, asked_in)) return;
               if (reply.text() == "OK") answered_serial_ = std::max(answered_serial_, serial);
             });
  }
  if (announce) sent_serial_ = last_serial_;
}

void Lifecycle::send_closes() {
  if (!registered_ || closes_.empty()) return;
  const Clients closes = std::exchange(closes_, {});
  for (std::size_t from = 0; from < closes.size(); from += kIdsACommand) {
    const auto begin = closes.begin() + static_cast<std::ptrdiff_t>(from);
    closes_under_way_.emplace_back(begin,
                                   begin + static_cast<std::ptrdiff_t>(std::min(kIdsACommand, closes.size() - from)));
    bus_.run(cluster::scripts::raw_close(), std::vector{keys_.raw_ids(owner_.name())},
             arguments(channels_.closed, closes, from), [this, asked_in = registration_](bus::Reply reply) {
               if (is_answer(reply, asked_in)) closes_under_way_.pop_front();
             });
  }
}

// False: none came, or to a question of an earlier registration, or an error, after which everything is said again.
bool Lifecycle::is_answer(bus::Reply reply, std::uint64_t asked_in) {
  if (reply.is_missing() || asked_in != registration_) return false;
  if (reply.is_error()) owner_.register_anew(reply.text());
  return !reply.is_error();
}

// Redis has lost the set that would say who was announced: we know it of those that were answered.
void Lifecycle::publish_closes() {
  for (const Client& client : std::exchange(closes_, {}))
    if (client.serial <= answered_serial_)
      bus_.publish(channels_.closed, client.id.to_string(), [](bus::PublishOutcome) {});
}

}  // namespace belfry::raw
