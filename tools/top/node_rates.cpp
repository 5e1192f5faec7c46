#include "tools/top/node_rates.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

std::uint64_t count_of(const Json& object, const char* field) { return object.value(field, std::uint64_t{0}); }

std::string text_of(const Json& object, const char* field, const char* absent = "-") {
  const auto found = object.find(field);
  if (found == object.end() || found->is_null()) return absent;
  return found->is_string() ? found->get<std::string>() : found->dump();
}

// The element of a list of the answer before that is the same as `now`; null: there was none.
const Json* same_before(const Json& before, const char* list, const char* key, const Json& now) {
  if (!before.is_object() || !before.contains(list)) return nullptr;
  const Json& all = before.at(list);
  const auto found = std::ranges::find_if(all, [&](const Json& one) { return one.at(key) == now.at(key); });
  return found == all.end() ? nullptr : &*found;
}

// Counters that grow, as seen twice.
class Growth {
 public:
  Growth(const Json* before, const Json& now, double seconds) : before_(before), now_(now), seconds_(seconds) {}

  double per_second(const char* field) const {
    if (before_ == nullptr || seconds_ <= 0) return 0;
    const std::uint64_t before = count_of(*before_, field), now = count_of(now_, field);
    return static_cast<double>(now - std::min(now, before)) / seconds_;
  }
  Traffic traffic() const {
    return {per_second("messages_in"), per_second("messages_out"), per_second("bytes_in"), per_second("bytes_out")};
  }

 private:
  const Json* before_;
  const Json& now_;
  double seconds_;
};

WorkerRates worker_rates(const Json& worker, const Growth& growth) {
  return {.slot = worker.at("slot").get<std::uint32_t>(),
          .pid = text_of(worker, "pid"),
          .state = text_of(worker, "state"),
          .redis = text_of(worker, "redis"),
          .age_s = worker.value("age_s", 0.0),
          .restarts = count_of(worker, "restarts"),
          .clients = count_of(worker, "clients"),
          .memory_bytes = count_of(worker, "rss_bytes"),
          .loop_lag_us = count_of(worker, "loop_lag_us"),
          .redis_latency_us = count_of(worker, "redis_latency_us"),
          .traffic = growth.traffic()};
}

AppRates app_rates(const Json& app, const Growth& growth) {
  return {.id = app.at("id").get<std::string>(),
          .clients = count_of(app, "clients"),
          .connections = growth.per_second("connections"),
          .api_calls = growth.per_second("api_calls"),
          .refusals = growth.per_second("refusals"),
          .traffic = growth.traffic()};
}

void add_up(NodeRates& node) {
  for (const WorkerRates& worker : node.workers) {
    node.traffic += worker.traffic;
    node.memory_bytes += worker.memory_bytes;
    node.loop_lag_us = std::max(node.loop_lag_us, worker.loop_lag_us);
    node.redis_latency_us = std::max(node.redis_latency_us, worker.redis_latency_us);
  }
}

}  // namespace

Traffic& Traffic::operator+=(const Traffic& other) {
  messages_in += other.messages_in;
  messages_out += other.messages_out;
  bytes_in += other.bytes_in;
  bytes_out += other.bytes_out;
  return *this;
}

NodeRates node_rates(const Json& before, const Json& now) {
  const bool is_same_node = before.is_object() && before.at("node") == now.at("node");
  const double uptime_s = now.value("uptime_s", 0.0);
  const double seconds = is_same_node ? uptime_s - before.value("uptime_s", 0.0) : 0;
  NodeRates node = {.node = text_of(now, "node"),
                    .version = text_of(now, "version"),
                    .state = text_of(now, "state"),
                    .redis = text_of(now.at("redis"), "state"),
                    .listen = now.at("listen").empty() ? "-" : now.at("listen").at(0).get<std::string>(),
                    .uptime_s = uptime_s,
                    .clients = count_of(now, "clients"),
                    .capacity = count_of(now, "capacity")};
  for (const Json& worker : now.at("workers")) {
    const Json* worker_before = same_before(before, "workers", "slot", worker);
    const Growth growth(worker_before == nullptr ? nullptr : &worker_before->at("totals"), worker.at("totals"),
                        seconds);
    node.workers.push_back(worker_rates(worker, growth));
  }
  for (const Json& app : now.value("apps", Json::array()))
    node.apps.push_back(app_rates(app, Growth(same_before(before, "apps", "id", app), app, seconds)));
  std::ranges::stable_sort(node.apps, [](const AppRates& a, const AppRates& b) { return a.clients > b.clients; });
  add_up(node);
  return node;
}

}  // namespace belfry::tools
