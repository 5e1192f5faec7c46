#include "supervisor/metrics_text.hpp"

#include <cstdint>
#include <string_view>

#include "common/hex.hpp"
#include "common/version.hpp"
#include "supervisor/exposition.hpp"

namespace belfry::supervisor {
namespace {

using Labels = Exposition::Labels;

struct NodeRow {
  std::string_view metric;
  std::string_view type;
  std::string_view help;
  void (*samples)(const ClusterStatus& node, Exposition& text);
};

constexpr std::string_view kNodeStates[] = {"starting", "running", "draining", "stopping"};

// clang-format off
constexpr NodeRow kNodeRows[] = {
    {"node_info", "gauge", "1; which node it is, and of which version",
     [](const ClusterStatus& node, Exposition& text) {
       text.add({{"node", to_hex(node.node.bytes)}, {"version", std::string(version())}}, std::uint64_t{1});
     }},
    {"node_uptime_seconds", "gauge", "since the supervisor's start",
     [](const ClusterStatus& node, Exposition& text) { text.add({}, static_cast<double>(node.uptime.count()) / 1000); }},
    {"node_state", "gauge", "1 for the state that the node is in",
     [](const ClusterStatus& node, Exposition& text) {
       for (const std::string_view state : kNodeStates)
         text.add({{"state", std::string(state)}}, std::uint64_t{node.state == state});
     }},
    {"node_connections_limit", "gauge", "connections that the descriptors of all workers allow",
     [](const ClusterStatus& node, Exposition& text) { text.add({}, node.capacity); }},
    {"node_tls_certificate_expiry_timestamp_seconds", "gauge", "when the certificate of tls.listen becomes invalid",
     [](const ClusterStatus& node, Exposition& text) {
       if (node.tls) text.add({}, static_cast<std::uint64_t>(node.tls->expires));
     }},
};

struct WorkerRow {
  std::string_view metric;
  std::string_view type;
  std::string_view help;
  double (*value)(const WorkerStatus& worker);
};

// Beside kCounterRows and kHistogramRows.
constexpr WorkerRow kWorkerRows[] = {
    {"worker_up", "gauge", "1 while the slot's worker runs",
     [](const WorkerStatus& worker) { return worker.state == "running" ? 1.0 : 0.0; }},
    {"worker_restarts_total", "counter", "starts of a worker after the slot's first, asked for or not",
     [](const WorkerStatus& worker) { return static_cast<double>(worker.restarts); }},
    {"worker_resident_memory_bytes", "gauge", "resident memory of the worker's process",
     [](const WorkerStatus& worker) { return static_cast<double>(worker.resident_bytes); }},
    {"worker_redis_connected", "gauge", "1 while the worker is connected to Redis",
     [](const WorkerStatus& worker) {
       return worker.state == "running" && worker.redis == RedisState::connected ? 1.0 : 0.0;
     }},
};
// clang-format on

std::string_view name_of(CounterType type) { return type == CounterType::counter ? "counter" : "gauge"; }

Labels labels_of(const WorkerStatus& worker) { return {{"worker", std::to_string(worker.slot)}}; }

void add_workers(const ClusterStatus& node, Exposition& text) {
  for (const WorkerRow& row : kWorkerRows) {
    text.begin_family(row.metric, row.type, row.help);
    for (const WorkerStatus& worker : node.workers) text.add(labels_of(worker), row.value(worker));
  }
  for (const CounterRow& row : kCounterRows) {
    if (row.metric.empty()) continue;
    text.begin_family(row.metric, name_of(row.type), row.help);
    for (const WorkerStatus& worker : node.workers) text.add(labels_of(worker), worker.totals.*row.field);
  }
  for (const HistogramRow& row : kHistogramRows) {
    text.begin_family(row.metric, "histogram", row.help);
    for (const WorkerStatus& worker : node.workers) text.add(labels_of(worker), worker.totals.*row.field);
  }
}

void add_refusals(const ClusterStatus& node, Exposition& text) {
  text.begin_family("refusals_total", "counter", "what was refused to clients and back ends, by reason");
  for (std::size_t reason = 0; reason < std::size(kRefusalNames); ++reason) {
    std::uint64_t sum = 0;
    for (const WorkerStatus& worker : node.workers) sum += worker.totals.refusals[reason];
    text.add({{"reason", std::string(kRefusalNames[reason])}}, sum);
  }
}

// The port is the one of the first address: how Soketi tells its nodes apart.
std::string port_of(const ClusterStatus& node) {
  const std::string address = node.listen.empty() ? "" : node.listen.front();
  return address.substr(address.rfind(':') + 1);
}

void add_apps(const ClusterStatus& node, bool for_soketi, Exposition& text) {
  const std::string port = port_of(node);
  const auto samples = [&](const AppCounterRow& row) {
    for (const AppStatus& app : node.apps) text.add({{"app_id", app.id}, {"port", port}}, app.counters.*row.field);
  };
  for (const AppCounterRow& row : kAppCounterRows) {
    text.begin_family(row.metric, name_of(row.type), row.help);
    samples(row);
    if (!for_soketi || row.soketi.empty()) continue;
    text.begin_family(row.soketi, "untyped", row.help);  // promtool: a counter's name ends in _total
    samples(row);
  }
}

}  // namespace

std::string metrics_text(const ClusterStatus& status, const std::string& prefix) {
  Exposition text(prefix);
  for (const NodeRow& row : kNodeRows) {
    text.begin_family(row.metric, row.type, row.help);
    row.samples(status, text);
  }
  if (status.managed_redis) {
    text.begin_family("managed_redis_restarts_total", "counter", "starts of the managed Redis after its first");
    text.add({}, std::uint64_t{status.managed_redis->restarts});
  }
  add_workers(status, text);
  add_refusals(status, text);
  add_apps(status, prefix == kSoketiPrefix, text);
  return text.take();
}

}  // namespace belfry::supervisor
