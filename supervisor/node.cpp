#include "supervisor/node.hpp"

#include <string>
#include <utility>

#include "common/random.hpp"
#include "common/redis_url.hpp"
#include "common/settings_order.hpp"
#include "supervisor/admin_socket.hpp"
#include "supervisor/balance_policy.hpp"
#include "supervisor/bound_socket.hpp"
#include "supervisor/redis_program.hpp"

namespace belfry::supervisor {
namespace {

NodeId random_node_id() {
  NodeId id;
  fill_random(id.bytes);
  return id;
}

// Nobody asked for [::1] on a machine without IPv6 when the list is the default one.
MissingFamily missing_family(const Settings& settings) {
  return settings.listen == Settings().listen ? MissingFamily::skip : MissingFamily::refuse;
}

bool pins(const Settings& settings) { return balance_policy(settings.balance.workers) == BalancePolicy::cpu; }

Result<UniqueFd> listen_for_agent_checks(std::string& text) {
  return text.empty() ? UniqueFd() : listen_alone("balance.agent", text);
}

}  // namespace

Result<Completion> complete(Settings& settings) {
  Completion completion;
  auto tls = read_tls_identity(settings.tls);
  if (!tls) return Unexpected(tls.error());
  completion.tls = std::move(*tls);
  if (settings.workers == 0) settings.workers = completion.counted.emplace(automatic_workers()).workers;
  if (!settings.redis.url.empty()) return completion;
  const std::string socket = settings.runtime_dir + "/redis.sock";
  auto program = find_redis_program();
  if (!program) return Unexpected(program.error());
  settings.redis.url = unix_redis_url(socket);
  completion.redis = ManagedRedisPlan{*program, socket};
  return completion;
}

Result<Node> Node::acquire(Settings settings, Completion completion) {
  auto runtime_dir = RuntimeDir::acquire(settings.runtime_dir);
  if (!runtime_dir) return Unexpected(runtime_dir.error());
  if (completion.redis)
    if (auto removed = remove_stale(completion.redis->socket); !removed) return Unexpected(removed.error());
  auto listeners = Listeners::open(settings.listen, settings.workers, missing_family(settings), settings.tls.listen);
  if (!listeners) return Unexpected(listeners.error());
  auto agent_socket = listen_for_agent_checks(settings.balance.agent);
  if (!agent_socket) return Unexpected(agent_socket.error());
  auto metrics = MetricsListener::open(settings.metrics.listen);
  if (!metrics) return Unexpected(metrics.error());
  auto admin_socket = bind_admin_socket(settings.admin_socket);  // last: a start that is refused would leave its file
  if (!admin_socket) return Unexpected(admin_socket.error());
  settings.listen = listeners->addresses();
  settings.tls.listen = listeners->tls_addresses();
  CpuPlan cpus = plan_cpus(pins(settings) ? allowed_cpus() : std::vector<int>(), settings.workers);
  return Node{random_node_id(),        std::move(settings),     std::move(completion.redis), std::move(completion.tls),
              std::move(*runtime_dir), std::move(*listeners),   std::move(*admin_socket),    std::move(*metrics),
              std::move(cpus),         std::move(*agent_socket)};
}

std::vector<WorkerBirth> Node::worker_births() const {
  std::vector<WorkerBirth> births;
  const std::string order = to_text({settings, tls.pem, new_ticket_key()});
  for (std::uint32_t slot = 0; slot < settings.workers; ++slot)
    births.push_back(
        {.slot = slot, .node = id, .listeners = listeners.of_slot(slot), .cpus = cpus[slot], .order = order});
  return births;
}

}  // namespace belfry::supervisor
