#include "supervisor/cluster_status.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "common/hex.hpp"
#include "common/version.hpp"

namespace belfry::supervisor {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view name_of(RedisState state) {
  switch (state) {
    case RedisState::connected: return "connected";
    case RedisState::connecting: return "connecting";
    case RedisState::away: return "away";
  }
  return "away";
}

constexpr int badness(RedisState state) {
  switch (state) {
    case RedisState::connected: return 0;
    case RedisState::connecting: return 1;
    case RedisState::away: return 2;
  }
  return 2;
}

double seconds(Milliseconds duration) { return static_cast<double>(duration.count()) / 1000; }

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json pid_or_null(std::optional<pid_t> pid) { return pid ? Json(*pid) : Json(); }

// The running worker that is worst off with Redis; nullptr: no worker runs.
const WorkerStatus* worst_with_redis(const std::vector<WorkerStatus>& workers) {
  const WorkerStatus* worst = nullptr;
  for (const WorkerStatus& worker : workers)
    if (worker.state == "running" && (worst == nullptr || badness(worker.redis) > badness(worst->redis)))
      worst = &worker;
  return worst;
}

RedisState redis_state(const WorkerStatus* worst) { return worst != nullptr ? worst->redis : RedisState::connecting; }

Json redis_json(const ClusterStatus& status) {
  const WorkerStatus* worst = worst_with_redis(status.workers);
  const RedisState state = redis_state(worst);
  const std::string reason = worst != nullptr ? worst->redis_reason : "no worker is running";
  Json redis = {{"state", name_of(state)}};
  if (state != RedisState::connected && !reason.empty()) redis["reason"] = reason;
  redis["managed"] = status.managed_redis.has_value();
  if (!status.managed_redis) return redis;
  redis["pid"] = pid_or_null(status.managed_redis->pid);
  redis["restarts"] = status.managed_redis->restarts;
  redis["last_obituary"] = text_or_null(status.managed_redis->last_obituary);
  return redis;
}

Json owner_json(const OwnerReport& owner) {
  const bool swept = owner.swept_ago_ms != OwnerReport::kNever;
  return {{"epoch", owner.epoch},
          {"lease_left_ms", owner.lease_left_ms},
          {"may_sweep", owner.may_sweep},
          {"last_sweep_ago_s", swept ? Json(static_cast<double>(owner.swept_ago_ms) / 1000) : Json()}};
}

// Of the clients over the workers that take connections; null: none does.
Json spread_json(const ClusterStatus& status) {
  std::vector<std::uint64_t> clients;
  for (const WorkerStatus& worker : status.workers)
    if (status.balance.takes.at(worker.slot)) clients.push_back(worker.counters.clients);
  if (clients.empty()) return {};
  const auto [min, max] = std::minmax_element(clients.begin(), clients.end());
  const double sum = std::accumulate(clients.begin(), clients.end(), 0.0);
  return {{"min", *min}, {"max", *max}, {"mean", sum / static_cast<double>(clients.size())}};
}

std::uint64_t clients_of(const std::vector<WorkerStatus>& workers) {
  return std::accumulate(workers.begin(), workers.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const WorkerStatus& worker) { return sum + worker.counters.clients; });
}

Json balance_json(const ClusterStatus& status) {
  const BalanceStatus& balance = status.balance;
  Json json = {{"policy", balance.policy}, {"in_effect", balance.in_effect}};
  if (!balance.refusal.empty()) json["refusal"] = balance.refusal;
  json["spread"] = spread_json(status);
  json["rebalance"] = nullptr;
  if (balance.rebalance)
    json["rebalance"] = {{"clients", balance.rebalance->clients}, {"left_s", seconds(balance.rebalance->left)}};
  return json;
}

Json totals_json(const Counters& totals) {
  Json json = Json::object();
  for (const CounterRow& row : kCounterRows)
    if (row.type == CounterType::counter) json[std::string(row.name)] = totals.*row.field;
  return json;
}

Json worker_json(const WorkerStatus& worker, const BalanceStatus& balance) {
  Json json = {{"slot", worker.slot},
               {"pid", pid_or_null(worker.pid)},
               {"state", worker.state},
               {"version", text_or_null(worker.version)},
               {"age_s", seconds(worker.age)},
               {"restarts", worker.restarts},
               {"last_obituary", text_or_null(worker.last_obituary)},
               {"redis", name_of(worker.redis)},
               {"send_engine", worker.sends_by_ring ? "io_uring" : "sendmsg"},
               {"owner", owner_json(worker.owner)},
               {"takes_connections", static_cast<bool>(balance.takes.at(worker.slot))},
               {"share", balance.shares.at(worker.slot)}};
  for (const CounterRow& row : kCounterRows) json[std::string(row.name)] = worker.counters.*row.field;
  json["rss_bytes"] = worker.resident_bytes;
  json["totals"] = totals_json(worker.totals);
  return json;
}

Json app_json(const AppStatus& app) {
  Json json = {{"id", app.id}};
  for (const AppCounterRow& row : kAppCounterRows) json[std::string(row.name)] = app.counters.*row.field;
  return json;
}

Json metrics_json(const MetricsStatus& metrics) {
  Json json = {{"listen", text_or_null(metrics.listen)}};
  if (!metrics.refusal.empty()) json["refusal"] = metrics.refusal;
  return json;
}

Json tls_json(const TlsStatus& tls) { return {{"listen", tls.listen}, {"certificate_expires", tls.expires}}; }

// 1234567 -> 1,234,567
std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string workers_text(const std::vector<WorkerStatus>& workers) {
  const auto running = std::ranges::count(workers, "running", &WorkerStatus::state);
  const std::string of = static_cast<std::size_t>(running) < workers.size() ? std::to_string(running) + " of " : "";
  return of + std::to_string(workers.size()) + (workers.size() == 1 ? " worker" : " workers");
}

}  // namespace

Json to_json(const ClusterStatus& status) {
  Json workers = Json::array();
  for (const WorkerStatus& worker : status.workers) workers.push_back(worker_json(worker, status.balance));
  Json apps = Json::array();
  for (const AppStatus& app : status.apps) apps.push_back(app_json(app));
  return {{"node", to_hex(status.node.bytes)},
          {"version", version()},
          {"pid", status.pid},
          {"state", status.state},
          {"drain_left_s", status.drain_left ? Json(seconds(*status.drain_left)) : Json()},
          {"uptime_s", seconds(status.uptime)},
          {"listen", status.listen},
          {"tls", status.tls ? tls_json(*status.tls) : Json()},
          {"agent", text_or_null(status.agent)},
          {"redis", redis_json(status)},
          {"clients", clients_of(status.workers)},
          {"capacity", status.capacity},
          {"balance", balance_json(status)},
          {"metrics", metrics_json(status.metrics)},
          {"apps", std::move(apps)},
          {"workers", std::move(workers)}};
}

std::string status_line(const ClusterStatus& status) {
  const std::uint64_t clients = clients_of(status.workers);
  std::string line = status.state == "running" ? "" : std::string(status.state) + ": ";
  line += workers_text(status.workers) + ", " + with_commas(clients) + (clients == 1 ? " client" : " clients");
  if (status.drain_left) line += ", " + std::to_string(status.drain_left->count() / 1000) + " s left";
  return line.append(", Redis ").append(name_of(redis_state(worst_with_redis(status.workers))));
}

}  // namespace belfry::supervisor
