// The command line of a bench.
#pragma once

#include <sys/types.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tools/bench/plan.hpp"
#include "tools/option_flags.hpp"

namespace belfry::tools {

struct BenchArguments {
  bench::Bench bench = bench::Bench::connect;
  std::string url;
  std::string protocol = "pusher";
  std::string path;
  std::string publish_path;
  std::string app;
  std::string app_id;
  std::string app_key;
  std::string app_secret;
  std::uint32_t connections = 1000;
  std::string channel;
  std::uint32_t channels = 0;   // 0: not said
  std::uint32_t processes = 0;  // 0: as many as it takes
  std::uint32_t handshakes = 128;
  double seconds = 10;
  double warm_up_seconds = 1;
  double rate = 0;  // 0: not said
  std::uint32_t in_flight = 1;
  std::uint32_t size = 128;
  std::string via;  // empty: not said
  std::uint32_t stalled = 0;
  std::uint32_t pingers = 0;  // 0: all connections
  double interval_seconds = 1;
  std::vector<pid_t> pids;
  bool json = false;
  bool quiet = false;
  bool owns_host = false;
  bool tls = false;
  std::shared_ptr<OptionFlags> flags;

  bool speaks_pusher() const { return protocol == "pusher"; }
};

// Adds what the bench takes. The arguments live as long as the callback of `command` that holds them.
std::shared_ptr<BenchArguments> add_bench_arguments(CLI::App& command, bench::Bench bench);

}  // namespace belfry::tools
