#include "tools/commands/bench_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/random.hpp"
#include "tools/bench/churn_task.hpp"
#include "tools/bench/descriptors.hpp"
#include "worker/pusher/channel_name.hpp"

namespace belfry::tools {
namespace {

using bench::Bench;
using bench::Plan;
using bench::Via;

Result<Via> via_of(const BenchArguments& arguments) {
  if (arguments.via == "redis") return Via::redis;
  if (arguments.via == "ws" || (arguments.via.empty() && !arguments.speaks_pusher())) return Via::ws;
  if (!arguments.speaks_pusher()) return Unexpected("the raw protocol has no HTTP API: --via=ws or --via=redis");
  return Via::api;
}

Result<std::vector<std::string>> channels_of(const BenchArguments& arguments, Via via) {
  const bool is_fanout = arguments.bench == Bench::fanout;
  if (!arguments.speaks_pusher()) {
    if (arguments.channels > 0 || !arguments.channel.empty()) return Unexpected("the raw protocol has no channels");
    return is_fanout ? std::vector<std::string>{"everybody"} : std::vector<std::string>{};
  }
  if (!arguments.channel.empty()) return std::vector{arguments.channel};
  const bool is_private = is_fanout && via == Via::ws;
  std::vector<std::string> channels;
  for (std::uint32_t i = 0; i < std::max(arguments.channels, is_fanout ? 1u : 0u); ++i)
    channels.push_back(fmt::format("{}bench-{}", is_private ? "private-" : "", i));
  return channels;
}

// Empty: they can be subscribed to, and published on.
std::string mistake_in(const Plan& plan) {
  for (const std::string& channel : plan.channels) {
    if (!plan.speaks_pusher()) break;
    if (const auto fault = pusher::channel_name_fault(channel, 0)) return fmt::format("--channel: {}", *fault);
    const pusher::ChannelKind kind = pusher::kind_of(channel);
    if (kind.presence || kind.to_user) return "--channel: a presence channel or that of a user is not measured here";
    if (plan.bench == Bench::fanout && plan.via == Via::ws && !kind.takes_client_events())
      return "--channel: with --via=ws it must begin with private-, where clients may publish";
  }
  if (plan.channels.size() > plan.connections)
    return fmt::format("{} channels want as many connections at least", plan.channels.size());
  if (plan.stalled > 0 && plan.stalled >= plan.connections)
    return fmt::format("--stalled={} leaves none of the {} connections", plan.stalled, plan.connections);
  if (plan.pingers > plan.connections)
    return fmt::format("--pingers={} is more than the {} connections", plan.pingers, plan.connections);
  return "";
}

Result<void> divide(const BenchArguments& arguments, Plan& plan) {
  const std::uint32_t all = plan.connections + bench::spare_connections(plan);
  auto processes = bench::processes_for(all, arguments.processes, bench::connections_per_process());
  if (!processes) return Unexpected(processes.error().message);
  plan.processes = std::min(*processes, all);
  plan.handshakes = std::max(1u, arguments.handshakes / plan.processes);
  return {};
}

}  // namespace

Result<Plan> make_bench_plan(const BenchArguments& arguments) {
  Plan plan;
  plan.bench = arguments.bench;
  plan.target.protocol = arguments.speaks_pusher() ? bench::Protocol::pusher : bench::Protocol::raw;
  plan.connections = arguments.connections;
  plan.seconds = arguments.seconds;
  plan.warm_up_seconds = arguments.bench == Bench::connect ? 0 : arguments.warm_up_seconds;
  plan.rate = arguments.rate;
  plan.in_flight = arguments.in_flight;
  plan.size = arguments.size;
  plan.stalled = arguments.stalled;
  plan.pingers = arguments.pingers == 0 ? arguments.connections : arguments.pingers;
  plan.ping_interval_seconds = arguments.interval_seconds;
  auto via = via_of(arguments);
  if (!via) return Unexpected(via.error());
  plan.via = *via;
  auto channels = channels_of(arguments, plan.via);
  if (!channels) return Unexpected(channels.error());
  plan.channels = std::move(*channels);
  if (const std::string mistake = mistake_in(plan); !mistake.empty()) return Unexpected(mistake);
  if (auto divided = divide(arguments, plan); !divided) return Unexpected(divided.error());
  fill_random({reinterpret_cast<std::uint8_t*>(&plan.run), sizeof plan.run});
  return plan;
}

}  // namespace belfry::tools
