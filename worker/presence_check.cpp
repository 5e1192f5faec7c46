#include "worker/presence_check.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "common/packet_writer.hpp"

namespace belfry::worker {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kFlushMs = 20;
constexpr std::uint64_t kMostTold = 1000;  // differences; all are counted

}  // namespace

PresenceCheck::PresenceCheck(uv_loop_t* loop, std::uint32_t slot, UniqueFd packets,
                             std::function<void(PresenceCheck&)> ended)
    : loop_(loop),
      slot_(slot),
      packets_(std::move(packets)),
      ended_(std::move(ended)),
      timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {}

void PresenceCheck::begin(bus::Bus& bus, const cluster::Keys& keys, const cluster::Owner& owner,
                          cluster::ChannelStates& states) {
  audit_ = std::make_unique<cluster::PresenceAudit>(loop_, bus, keys, owner, states, *this);
  uv_timer_start(
      timer_.get(), [](uv_timer_t* timer) noexcept { static_cast<PresenceCheck*>(timer->data)->flush(); }, kFlushMs,
      kFlushMs);
}

void PresenceCheck::on_difference(const cluster::PresenceAudit& audit, const cluster::Difference& difference) {
  if (audit.totals().differences > kMostTold) return;
  Json packet = {{"worker", slot_}, {"channel", difference.address}};
  if (!difference.user.empty()) packet["user"] = difference.user;
  packet["difference"] = difference.what;
  to_send_.push_back(packet.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void PresenceCheck::on_audited(cluster::PresenceAudit& audit) {
  const auto& [channels, members, differences] = audit.totals();
  const Json packet = {{"worker", slot_}, {"channels", channels}, {"members", members}, {"differences", differences}};
  to_send_.push_back(packet.dump());
  audit_.reset();
}

void PresenceCheck::flush() {
  while (!to_send_.empty() && send_text_packet(packets_.get(), to_send_.front()) != PacketSent::no_room)
    to_send_.pop_front();
  if (audit_ != nullptr && reader_is_gone(packets_.get())) audit_->stop();
  if (to_send_.empty() && audit_ == nullptr) ended_(*this);
}

}  // namespace belfry::worker
