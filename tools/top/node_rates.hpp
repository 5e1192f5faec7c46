// What a node has done between two of its answers to `status`, per second: of all, of each worker and of each app.
// Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace belfry::tools {

struct Traffic {
  double messages_in = 0;
  double messages_out = 0;
  double bytes_in = 0;
  double bytes_out = 0;

  Traffic& operator+=(const Traffic& other);
};

struct WorkerRates {
  std::uint32_t slot = 0;
  std::string pid;  // "-": there is none
  std::string state;
  std::string redis;
  double age_s = 0;
  std::uint64_t restarts = 0;
  std::uint64_t clients = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t loop_lag_us = 0;
  std::uint64_t redis_latency_us = 0;
  Traffic traffic;
};

struct AppRates {
  std::string id;
  std::uint64_t clients = 0;
  double connections = 0;
  double api_calls = 0;
  double refusals = 0;
  Traffic traffic;
};

struct NodeRates {
  std::string node;
  std::string version;
  std::string state;
  std::string redis;
  std::string listen;
  double uptime_s = 0;
  std::uint64_t clients = 0;
  std::uint64_t capacity = 0;
  std::uint64_t memory_bytes = 0;      // of all workers
  std::uint64_t loop_lag_us = 0;       // the longest
  std::uint64_t redis_latency_us = 0;  // likewise
  Traffic traffic = {};                // of all workers
  std::vector<WorkerRates> workers = {};
  std::vector<AppRates> apps = {};  // those with most clients first
};

// `before` may be null: then nothing has happened yet. Throws nlohmann::json::exception for what is no answer to
// `status`.
NodeRates node_rates(const nlohmann::ordered_json& before, const nlohmann::ordered_json& now);

}  // namespace belfry::tools
