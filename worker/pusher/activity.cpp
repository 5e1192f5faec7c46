#include "worker/pusher/activity.hpp"

#include <chrono>
#include <cstring>
#include <utility>

#include "common/packet_writer.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/tail_packet.hpp"

namespace belfry::pusher {
namespace {

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

template <std::size_t N>
std::string text_of(const char (&field)[N]) {
  return std::string(field, ::strnlen(field, N));
}

}  // namespace

Tail::Tail(const BeginTail& order, std::uint32_t slot, UniqueFd packets)
    : app_id_(text_of(order.app_id)),
      channel_(text_of(order.channel)),
      payloads_(order.payloads),
      slot_(slot),
      packets_(std::move(packets)) {}

bool Tail::wants(const App& app, const Happening& happening) const {
  return app.settings.id == app_id_ && (channel_.empty() || channel_ == happening.channel);
}

bool Tail::tell(const Happening& happening) {
  if (!send_dropped()) return false;
  if (dropped_ == 0) return send(tail_packet(happening, now_ms(), slot_, payloads_));
  ++dropped_;
  return true;
}

bool Tail::refresh() { return !reader_is_gone(packets_.get()) && send_dropped(); }

bool Tail::send_dropped() {
  if (dropped_ == 0) return true;
  const std::uint64_t count = std::exchange(dropped_, 0);
  const bool there = send(dropped_packet(count, now_ms(), slot_));
  if (dropped_ != 0) dropped_ = count;  // no room for this either
  return there;
}

bool Tail::send(const std::string& packet) {
  const PacketSent outcome = send_text_packet(packets_.get(), packet);
  if (outcome != PacketSent::sent) ++dropped_;
  return outcome != PacketSent::reader_gone;
}

void Activity::count_refusal(const App* app, Refusal why) {
  counters_.refused(why);
  if (app != nullptr) ++app->counters->refusals;
}

Refusal Activity::why(const ApiRefusal& refusal) {
  switch (refusal.status) {
    case 401: return Refusal::api_signature;
    case 403: return Refusal::app_disabled;
    case 429: return Refusal::api_rate;
    case 503: return Refusal::api_redis;
    default: return Refusal::api_request;
  }
}

void Activity::refresh() {
  std::erase_if(tails_, [](Tail& tail) { return !tail.refresh(); });
}

void Activity::tell_tails(const App& app, const Happening& happening) {
  std::erase_if(tails_, [&](Tail& tail) { return tail.wants(app, happening) && !tail.tell(happening); });
}

}  // namespace belfry::pusher
