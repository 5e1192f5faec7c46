#include "supervisor/node_announcer.hpp"

#include <string>
#include <utility>

#include "common/assert.hpp"

namespace belfry::supervisor {

NodeAnnouncer::NodeAnnouncer(uv_loop_t* loop, WorkerSlots& workers, std::function<NodeRow()> row)
    : workers_(workers), row_(std::move(row)), timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {}

void NodeAnnouncer::start() {
  uv_timer_start(
      timer_.get(),
      [](uv_timer_t* timer) noexcept {
        if (timer->data != nullptr) static_cast<NodeAnnouncer*>(timer->data)->announce();
      },
      0, kInterval.count());
}

void NodeAnnouncer::announce() {
  AnnounceNode announcement;
  const std::string text = to_json(row_());
  BELFRY_ASSERT(text.size() < sizeof announcement.row);
  text.copy(announcement.row, text.size());
  workers_.tell_one(announcement);
}

void NodeAnnouncer::withdraw() {
  uv_timer_stop(timer_.get());
  workers_.tell_one(AnnounceNode{});
}

}  // namespace belfry::supervisor
