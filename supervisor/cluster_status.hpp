// The answer of `status`: how the node and each of its workers are, as plain values, and the JSON made of them. Pure;
// the values are collected by those whom they describe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/app_counters.hpp"
#include "common/clock.hpp"
#include "common/control_messages.hpp"
#include "common/counters.hpp"

namespace belfry::supervisor {

struct WorkerStatus {
  std::uint32_t slot = 0;
  std::optional<pid_t> pid;    // none: the slot is empty
  std::string_view state;      // a name of child_state.hpp
  std::string version;         // of the process, after an upgrade not the supervisor's; empty: it was not ready yet
  Milliseconds age = {};       // of the process
  std::uint32_t restarts = 0;  // starts after the first, asked for or not
  std::string last_obituary;   // empty: no worker of the slot has ended
  RedisState redis = RedisState::connecting;
  std::string redis_reason;  // why it is not connected
  Counters counters;         // of the process, as of the last heartbeat
  Counters totals;           // with those of the slot's earlier processes, as of now
  OwnerReport owner;         // of the last heartbeat
  bool sends_by_ring = false;
  std::uint64_t resident_bytes = 0;
};

struct ManagedRedisStatus {
  std::optional<pid_t> pid;
  std::uint32_t restarts = 0;
  std::string last_obituary;
};

struct RebalanceStatus {
  std::uint64_t clients = 0;  // to be closed in all
  Milliseconds left = {};     // until the last one is
};

// How new connections are spread over the workers.
struct BalanceStatus {
  std::string_view policy;          // balance.workers
  std::string_view in_effect;       // "hash" where the kernel refuses the program
  std::string refusal = "";         // why it does; empty: it does not
  std::vector<bool> takes = {};     // of each slot: its worker gets connections
  std::vector<double> shares = {};  // of each slot, of the new connections
  std::optional<RebalanceStatus> rebalance = {};
};

struct AppStatus {
  std::string id;
  AppCounters counters;  // since the node's start
};

// Where Prometheus finds the node.
struct MetricsStatus {
  std::string listen;        // with the port that the kernel chose; empty: nowhere
  std::string refusal = "";  // why nowhere, where the configuration leaves it open
};

struct TlsStatus {
  std::vector<std::string> listen;  // with the ports that the kernel chose
  std::int64_t expires = 0;         // the certificate, in seconds since 1970
};

struct ClusterStatus {
  NodeId node;
  pid_t pid = 0;                                // the supervisor's
  std::string_view state;                       // starting | running | draining | stopping
  std::optional<Milliseconds> drain_left = {};  // to the end of a drain
  Milliseconds uptime = {};
  std::vector<std::string> listen;  // with the ports that the kernel chose
  std::optional<TlsStatus> tls;     // none: it is off
  std::string agent;                // where HAProxy asks, likewise; empty: nowhere
  std::uint64_t capacity = 0;       // connections that all workers' descriptor limits allow together
  std::optional<ManagedRedisStatus> managed_redis;
  std::vector<WorkerStatus> workers;
  BalanceStatus balance;
  std::vector<AppStatus> apps = {};  // those of the configuration
  MetricsStatus metrics = {};
};

nlohmann::ordered_json to_json(const ClusterStatus& status);

// One line for people who look at the service, not at the node: "2 workers, 1,234 clients, Redis connected".
std::string status_line(const ClusterStatus& status);

}  // namespace belfry::supervisor
