#include "supervisor/node_report.hpp"

#include <unistd.h>

#include "common/hex.hpp"
#include "common/version.hpp"
#include "supervisor/advertised_addresses.hpp"
#include "supervisor/agent_answer.hpp"
#include "supervisor/capacity.hpp"
#include "supervisor/metrics_text.hpp"

namespace belfry::supervisor {

NodeReport::NodeReport(const Node& node, const NodeLife& life, const WorkerSlots& workers, const Steering& steering)
    : node_(node),
      life_(life),
      workers_(workers),
      steering_(steering),
      addresses_(advertised_addresses(node.settings.advertise, node.settings.listen, own_interface_address)) {}

ClusterStatus NodeReport::status() const {
  const TimePoint now = Clock::now();
  return {.node = node_.id,
          .pid = ::getpid(),
          .state = name_of(life_.state()),
          .drain_left = life_.drain_left(now),
          .uptime = life_.age(now),
          .listen = node_.settings.listen,
          .tls = tls(),
          .agent = node_.settings.balance.agent,
          .capacity = capacity_of(workers_.size()),
          .managed_redis = life_.redis_status(),
          .workers = workers_.status(now),
          .balance = steering_.status(now),
          .apps = apps(),
          .metrics = {node_.metrics.address, node_.metrics.refusal}};
}

std::optional<TlsStatus> NodeReport::tls() const {
  if (node_.settings.tls.listen.empty()) return std::nullopt;
  return TlsStatus{node_.settings.tls.listen, node_.tls.expires};
}

std::vector<AppStatus> NodeReport::apps() const {
  const AppCounterSums sums = workers_.app_counters();
  std::vector<AppStatus> apps;
  for (const AppSettings& app : node_.settings.apps) {
    const auto counted = sums.find(app_counter_key(app.id));
    apps.push_back({app.id, counted == sums.end() ? AppCounters() : counted->second});
  }
  return apps;
}

std::string NodeReport::metrics() const { return metrics_text(status(), node_.settings.metrics.prefix); }

std::string NodeReport::agent_line() const {
  return agent_answer(
      {.leaving = life_.is_leaving(), .clients = workers_.clients(), .capacity = capacity_of(workers_.size())});
}

NodeRow NodeReport::row() const {
  return {.id = to_hex(node_.id.bytes),
          .addresses = addresses_,
          .agent = node_.settings.balance.agent,
          .state = std::string(name_of(life_.state())),
          .clients = workers_.clients(),
          .capacity = capacity_of(workers_.size()),
          .version = std::string(version())};
}

}  // namespace belfry::supervisor
