// What a node has before its first child: an identity, the lock on its runtime directory, bound listeners and admin
// socket, and settings in which nothing is left open. Released in reverse order when the supervisor exits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/control_messages.hpp"
#include "common/result.hpp"
#include "common/settings.hpp"
#include "common/tls_identity.hpp"
#include "common/unique_fd.hpp"
#include "supervisor/cpu_plan.hpp"
#include "supervisor/listeners.hpp"
#include "supervisor/metrics_listener.hpp"
#include "supervisor/runtime_dir.hpp"
#include "supervisor/worker_count.hpp"
#include "supervisor/worker_process.hpp"

namespace belfry::supervisor {

// The program and the socket of the Redis that the node runs itself.
struct ManagedRedisPlan {
  std::string program;
  std::string socket;
};

// What the machine added to settings that left something to it.
struct Completion {
  std::optional<WorkerCount> counted;     // none: the number of workers was configured
  std::optional<ManagedRedisPlan> redis;  // none: redis.url names one
  TlsIdentity tls;                        // what the files of the configuration hold
};

// An Error means that no start with these settings can succeed here (ExitCode::configuration).
Result<Completion> complete(Settings& settings);

struct Node {
  NodeId id;
  Settings settings;                      // as the workers get them: real ports, real Redis URL
  std::optional<ManagedRedisPlan> redis;  // none: redis.url names one
  TlsIdentity tls;
  RuntimeDir runtime_dir;
  Listeners listeners;
  UniqueFd admin_socket;
  MetricsListener metrics;
  CpuPlan cpus;           // to which workers are pinned; without balance.workers = "cpu" to none
  UniqueFd agent_socket;  // listens; none: balance.agent is off

  // An Error is about the present moment (an address in use, another supervisor): a later start may succeed.
  static Result<Node> acquire(Settings settings, Completion completion);

  std::vector<WorkerBirth> worker_births() const;
};

}  // namespace belfry::supervisor
