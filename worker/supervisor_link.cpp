#include "worker/supervisor_link.hpp"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <utility>

#include "common/inheritance.hpp"
#include "common/log.hpp"

namespace belfry::worker {
namespace {

void inject(Fault fault) {
  if (fault == Fault::crash) std::abort();
  for (;;) ::pause();
}

template <typename Handle>
SupervisorLink* self(const Handle* handle) {
  return static_cast<SupervisorLink*>(handle->data);
}

}  // namespace

SupervisorLink::SupervisorLink(uv_loop_t* loop, WorkerEnd channel, Listener& listener)
    : channel_(std::move(channel)),
      listener_(listener),
      poll_(make_uv_handle<uv_poll_t>(loop, this, uv_poll_init, channel_.fd())),
      heartbeat_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {
  uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* h, int, int) noexcept { self(h)->handle_readable(); });
  uv_timer_start(
      heartbeat_.get(), [](uv_timer_t* h) noexcept { self(h)->send(self(h)->listener_.heartbeat()); },
      kHeartbeatInterval.count(), kHeartbeatInterval.count());
}

// A supervisor that does not read at this moment misses a heartbeat; one that is gone is noticed by EOF.
void SupervisorLink::send(const ToSupervisor& message) {
  if (auto sent = channel_.send(message); !sent) log::debug("not told", {{"reason", sent.error().message}});
}

void SupervisorLink::handle_readable() {
  for (;;) {
    auto received = channel_.receive();
    if (!received) {
      log::warning("the supervisor is gone; stopping", {{"reason", received.error().message}});
      uv_poll_stop(poll_.get());
      uv_timer_stop(heartbeat_.get());
      listener_.on_orphaned();
      return listener_.on_stop();
    }
    if (!received->has_value()) return;
    obey(std::move(**received));
  }
}

void SupervisorLink::obey(WorkerEnd::Received received) {
  const ToWorker& message = received.message;
  if (std::holds_alternative<Stop>(message)) listener_.on_stop();
  if (std::holds_alternative<Drain>(message)) listener_.on_drain();
  if (const auto* shed = std::get_if<Shed>(&message)) listener_.on_shed(*shed);
  if (const auto* sibling = std::get_if<SweepSibling>(&message)) listener_.on_sweep(*sibling);
  if (const auto* reconfigure = std::get_if<Reconfigure>(&message))
    listener_.on_reconfigure(reconfigure->number, std::move(received.attached));
  if (const auto* order = std::get_if<BeginTail>(&message)) listener_.on_tail(*order, std::move(received.attached));
  if (std::holds_alternative<VerifyPresence>(message)) listener_.on_verify_presence(std::move(received.attached));
  if (std::holds_alternative<ReportMemory>(message)) listener_.on_report_memory(std::move(received.attached));
  if (const auto* announcement = std::get_if<AnnounceNode>(&message))
    listener_.on_announce({announcement->row, ::strnlen(announcement->row, sizeof announcement->row)});
  if (std::holds_alternative<ListNodes>(message)) listener_.on_list_nodes(std::move(received.attached));
  if (const auto* wanted = std::get_if<SetLogLevel>(&message))
    listener_.on_log_level({wanted->level, ::strnlen(wanted->level, sizeof wanted->level)});
  if (const auto* injected = std::get_if<InjectFault>(&message)) inject(injected->fault);
}

}  // namespace belfry::worker
