// Tells the other nodes, through one of the workers, that this one is there and how it is: each second, and at once
// when its state changes.
#pragma once

#include <uv.h>

#include <functional>

#include "common/clock.hpp"
#include "common/node_row.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/worker_slots.hpp"

namespace belfry::supervisor {

class NodeAnnouncer {
 public:
  // `row` says how the node is now.
  NodeAnnouncer(uv_loop_t* loop, WorkerSlots& workers, std::function<NodeRow()> row);

  void start();
  void announce();
  // The node is taken out, and not announced again.
  void withdraw();

 private:
  static constexpr Milliseconds kInterval{1000};

  WorkerSlots& workers_;
  std::function<NodeRow()> row_;
  UvTimer timer_;
};

}  // namespace belfry::supervisor
