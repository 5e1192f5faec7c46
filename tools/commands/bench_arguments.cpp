#include "tools/commands/bench_arguments.hpp"

#include <string_view>

#include "tools/bench/board.hpp"
#include "tools/bench/stamp.hpp"

namespace belfry::tools {
namespace {

using bench::Bench;

constexpr double kLongest = 86'400;
constexpr std::uint32_t kMostConnections = 20'000'000;
constexpr std::uint32_t kLargestMessage = 60'000;

void add_target(CLI::App& command, BenchArguments& arguments) {
  auto* url = command.add_option("URL", arguments.url,
                                 "ws:// or wss://host[:port][/path] of this machine; default: the local node");
  command.add_flag("--tls", arguments.tls, "Without a URL: connect to the first address of tls.listen")->excludes(url);
  command.add_option("--protocol", arguments.protocol, "pusher, or raw for any plain WebSocket server")
      ->check(CLI::IsMember({"pusher", "raw"}))
      ->capture_default_str();
  command.add_option("--path", arguments.path, "With raw: the subscribers' path; default: the URL's");
  command.add_option("--app", arguments.app, "The app's id or key; default: the configuration's first one");
  auto* id = command.add_option("--app-id", arguments.app_id, "An app that the configuration does not have");
  auto* key = command.add_option("--app-key", arguments.app_key, "Its key");
  auto* secret = command.add_option("--app-secret", arguments.app_secret, "Its secret");
  id->needs(key)->needs(secret);
  key->needs(id);
  secret->needs(id);
  command.add_flag("--i-own-this-host", arguments.owns_host, "Load a host that is not this machine");
}

void add_connections(CLI::App& command, BenchArguments& arguments) {
  const bool subscribes = arguments.bench == Bench::fanout;
  command
      .add_option(subscribes ? "--connections,--subscribers" : "--connections", arguments.connections,
                  subscribes ? "How many subscribe" : "How many are held")
      ->check(CLI::Range(1u, kMostConnections))
      ->capture_default_str();
  auto* channel = command.add_option("--channel", arguments.channel, "Each subscribes to this channel");
  command.add_option("--channels", arguments.channels, "Each subscribes to one of bench-0, bench-1, ...")
      ->check(CLI::Range(1u, kMostConnections))
      ->excludes(channel);
  command.add_option("--handshakes", arguments.handshakes, "Connections on their way at a time")
      ->check(CLI::Range(1u, 65'536u))
      ->capture_default_str();
  command.add_option("--processes", arguments.processes, "Processes that generate; default: as many as it takes")
      ->check(CLI::Range(1u, 1024u));
}

void add_times(CLI::App& command, BenchArguments& arguments) {
  command.add_option("--duration", arguments.seconds, "Seconds to measure")
      ->check(CLI::Range(0.1, kLongest))
      ->capture_default_str();
  command.add_option("--warm-up", arguments.warm_up_seconds, "Seconds before that")
      ->check(CLI::Range(0.0, kLongest))
      ->capture_default_str();
}

void add_output(CLI::App& command, BenchArguments& arguments) {
  command.add_option("--pids", arguments.pids, "The server's processes, whose CPU time and memory are measured")
      ->delimiter(',')
      ->check(CLI::PositiveNumber);
  command.add_flag("--json", arguments.json, "One JSON object, for programs");
  command.add_flag("--quiet", arguments.quiet, "No progress on standard error");
}

void add_hold(CLI::App& command, BenchArguments& arguments) {
  arguments.seconds = 0;
  command.add_option("--hold", arguments.seconds, "Seconds to hold the connections once they are open")
      ->check(CLI::Range(0.0, kLongest));
}

void add_messages(CLI::App& command, BenchArguments& arguments) {
  command.add_option("--via", arguments.via, "How to publish: api, ws or redis; default: api, with raw ws")
      ->check(CLI::IsMember({"api", "ws", "redis"}));
  command.add_option("--publish-path", arguments.publish_path, "With raw: the publisher's path; default: --path");
  auto* in_flight =
      command.add_option("--in-flight", arguments.in_flight, "Closed loop: messages that are on their way at a time");
  in_flight->check(CLI::Range(1u, static_cast<std::uint32_t>(bench::kMostInFlight)))->capture_default_str();
  command.add_option("--rate", arguments.rate, "Open loop: messages a second, each timed from when it was due")
      ->check(CLI::Range(0.01, 1e6))
      ->excludes(in_flight);
  command
      .add_option("--stalled", arguments.stalled, "How many of the subscribers read nothing; the others are measured")
      ->check(CLI::Range(0u, kMostConnections))
      ->capture_default_str();
  command.add_option("--size", arguments.size, "Bytes of a message's data")
      ->check(CLI::Range(static_cast<std::uint32_t>(bench::kStampSize), kLargestMessage))
      ->capture_default_str();
}

void add_pings(CLI::App& command, BenchArguments& arguments) {
  command.add_option("--pingers", arguments.pingers, "How many of the connections ping; default: all")
      ->check(CLI::Range(1u, kMostConnections));
  command.add_option("--interval", arguments.interval_seconds, "Seconds between the pings of one")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
}

void add_churn(CLI::App& command, BenchArguments& arguments) {
  arguments.rate = 100;
  command.add_option("--rate", arguments.rate, "Connections that are opened, and closed, a second")
      ->check(CLI::Range(0.1, 1e5))
      ->capture_default_str();
}

}  // namespace

std::shared_ptr<BenchArguments> add_bench_arguments(CLI::App& command, Bench bench) {
  auto arguments = std::make_shared<BenchArguments>();
  arguments->bench = bench;
  add_target(command, *arguments);
  add_connections(command, *arguments);
  if (bench == Bench::connect) add_hold(command, *arguments);
  else add_times(command, *arguments);
  if (bench == Bench::fanout) add_messages(command, *arguments);
  if (bench == Bench::ping) add_pings(command, *arguments);
  if (bench == Bench::churn) add_churn(command, *arguments);
  add_output(command, *arguments);
  std::vector<std::string_view> keys = {"runtime_dir", "admin_socket"};
  if (bench == Bench::fanout) keys.insert(keys.end(), {"redis.url", "redis.prefix", "raw.prefix"});
  arguments->flags = OptionFlags::add_to(command, keys);
  return arguments;
}

}  // namespace belfry::tools
