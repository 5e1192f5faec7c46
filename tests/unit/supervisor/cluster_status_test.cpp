#include "supervisor/cluster_status.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace belfry::supervisor {
namespace {

WorkerStatus running_worker(std::uint32_t slot, RedisState redis, std::uint64_t clients) {
  WorkerStatus worker;
  worker.slot = slot;
  worker.pid = 100 + static_cast<pid_t>(slot);
  worker.state = "running";
  worker.redis = redis;
  worker.counters.clients = clients;
  return worker;
}

ClusterStatus two_workers() {
  ClusterStatus status;
  status.node.bytes[0] = 0xab;
  status.state = "running";
  status.uptime = Milliseconds(1500);
  status.listen = {"127.0.0.1:9000"};
  status.capacity = 39'488;
  status.workers = {running_worker(0, RedisState::connected, 3), running_worker(1, RedisState::connected, 4)};
  status.balance = {.policy = "hash",
                    .in_effect = "hash",
                    .refusal = "",
                    .takes = {true, true},
                    .shares = {0.5, 0.5},
                    .rebalance = std::nullopt};
  return status;
}

TEST_CASE("the node, its addresses and the sum of its clients") {
  const auto json = to_json(two_workers());
  CHECK(json["node"] == "ab" + std::string(30, '0'));
  CHECK(json["state"] == "running");
  CHECK(json["uptime_s"] == 1.5);
  CHECK(json["listen"][0] == "127.0.0.1:9000");
  CHECK(json["clients"] == 7);
  CHECK(json["capacity"] == 39'488);
  CHECK(json["workers"].size() == 2);
}

TEST_CASE("TLS has addresses of its own, or is off") {
  ClusterStatus status = two_workers();
  CHECK(to_json(status)["tls"].is_null());
  status.tls = TlsStatus{{"127.0.0.1:9443"}, 1'800'000'000};
  CHECK(to_json(status)["tls"] ==
        nlohmann::ordered_json{{"listen", {"127.0.0.1:9443"}}, {"certificate_expires", 1'800'000'000}});
}

TEST_CASE("a worker shows every counter by its name") {
  ClusterStatus status = two_workers();
  status.workers[0].counters.messages_in = 42;
  const auto worker = to_json(status)["workers"][0];
  for (const CounterRow& row : kCounterRows) CHECK(worker.contains(std::string(row.name)));
  CHECK(worker["messages_in"] == 42);
  CHECK(worker["pid"] == 100);
  CHECK(worker["last_obituary"].is_null());
}

TEST_CASE("an empty slot has no pid and keeps its obituary") {
  ClusterStatus status = two_workers();
  status.workers[1] = {};
  status.workers[1].state = "failed";
  status.workers[1].last_obituary = "worker 1 (pid 7) ended";
  const auto worker = to_json(status)["workers"][1];
  CHECK(worker["pid"].is_null());
  CHECK(worker["last_obituary"] == "worker 1 (pid 7) ended");
}

TEST_CASE("Redis is as well as for the running worker that is worst off") {
  ClusterStatus status = two_workers();
  CHECK(to_json(status)["redis"]["state"] == "connected");
  CHECK_FALSE(to_json(status)["redis"].contains("reason"));
  status.workers[1].redis = RedisState::away;
  status.workers[1].redis_reason = "connection refused";
  CHECK(to_json(status)["redis"]["state"] == "away");
  CHECK(to_json(status)["redis"]["reason"] == "connection refused");
  status.workers[1].state = "starting";
  CHECK(to_json(status)["redis"]["state"] == "connected");
}

TEST_CASE("with no running worker the state of Redis is not known yet") {
  ClusterStatus status = two_workers();
  status.workers.clear();
  CHECK(to_json(status)["redis"]["state"] == "connecting");
}

TEST_CASE("the spread is that of the workers which take connections") {
  ClusterStatus status = two_workers();
  auto json = to_json(status);
  CHECK(json["balance"]["policy"] == "hash");
  CHECK(json["balance"]["spread"] == nlohmann::ordered_json{{"min", 3}, {"max", 4}, {"mean", 3.5}});
  CHECK(json["balance"]["rebalance"].is_null());
  CHECK_FALSE(json["balance"].contains("refusal"));
  CHECK(json["workers"][1]["takes_connections"] == true);
  CHECK(json["workers"][1]["share"] == 0.5);
  status.balance.takes = {false, true};
  CHECK(to_json(status)["balance"]["spread"]["min"] == 4);
  status.balance.takes = {false, false};
  CHECK(to_json(status)["balance"]["spread"].is_null());
}

TEST_CASE("what stands in the way of balance.workers is told, and a rebalance that is under way") {
  ClusterStatus status = two_workers();
  status.balance.refusal = "not permitted";
  status.balance.rebalance = RebalanceStatus{.clients = 30, .left = Milliseconds(1'500)};
  const auto balance = to_json(status)["balance"];
  CHECK(balance["refusal"] == "not permitted");
  CHECK(balance["rebalance"] == nlohmann::ordered_json{{"clients", 30}, {"left_s", 1.5}});
}

TEST_CASE("a managed Redis shows its process") {
  ClusterStatus status = two_workers();
  CHECK(to_json(status)["redis"]["managed"] == false);
  CHECK_FALSE(to_json(status)["redis"].contains("pid"));
  status.managed_redis = ManagedRedisStatus{.pid = 55, .restarts = 2, .last_obituary = ""};
  const auto redis = to_json(status)["redis"];
  CHECK(redis["managed"] == true);
  CHECK(redis["pid"] == 55);
  CHECK(redis["restarts"] == 2);
}

TEST_CASE("the status line says how many workers run, how many clients there are, and how Redis is") {
  ClusterStatus status = two_workers();
  CHECK(status_line(status) == "2 workers, 7 clients, Redis connected");
  status.workers[0].counters.clients = 1'234'996;
  CHECK(status_line(status) == "2 workers, 1,235,000 clients, Redis connected");
  status.workers.pop_back();
  status.workers[0].counters.clients = 1;
  CHECK(status_line(status) == "1 worker, 1 client, Redis connected");
}

TEST_CASE("the status line says what is not as usual") {
  ClusterStatus status = two_workers();
  status.workers[1].state = "backing_off";
  status.workers[0].redis = RedisState::away;
  CHECK(status_line(status) == "1 of 2 workers, 7 clients, Redis away");
  status.state = "draining";
  status.drain_left = Milliseconds(41'900);
  CHECK(status_line(status) == "draining: 1 of 2 workers, 7 clients, 41 s left, Redis away");
}

}  // namespace
}  // namespace belfry::supervisor
