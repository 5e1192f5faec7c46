// How the node is at this moment, for whoever asks: the operator, Prometheus, the service manager, a balancer, the
// other nodes. Looks at the parts that the supervisor owns and keeps nothing.
#pragma once

#include <string>
#include <vector>

#include "common/node_row.hpp"
#include "supervisor/cluster_status.hpp"
#include "supervisor/node.hpp"
#include "supervisor/node_life.hpp"
#include "supervisor/steering.hpp"
#include "supervisor/worker_slots.hpp"

namespace belfry::supervisor {

class NodeReport {
 public:
  NodeReport(const Node& node, const NodeLife& life, const WorkerSlots& workers, const Steering& steering);

  ClusterStatus status() const;
  std::string status_line() const { return supervisor::status_line(status()); }
  std::string metrics() const;
  std::string agent_line() const;
  NodeRow row() const;

 private:
  std::optional<TlsStatus> tls() const;
  std::vector<AppStatus> apps() const;

  const Node& node_;
  const NodeLife& life_;
  const WorkerSlots& workers_;
  const Steering& steering_;
  const std::vector<std::string> addresses_;  // as other machines know the node
};

}  // namespace belfry::supervisor
