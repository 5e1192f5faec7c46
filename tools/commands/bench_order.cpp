#include "tools/commands/bench_order.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "tools/bench/target_address.hpp"
#include "tools/commands/admin_command.hpp"
#include "tools/commands/bench_plan.hpp"
#include "tools/commands/failure.hpp"
#include "tools/local_address.hpp"
#include "tools/pusher_url.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr Milliseconds kStartPoll{50};

bool names_node(const OptionFlags& flags) {
  const FlagValues values = flags.values();
  return flags.config() || values.contains("runtime_dir") || values.contains("admin_socket");
}

bool is_starting(const Json& status) { return status.value("state", "") == "starting"; }

// What the node says of itself, where it is to be asked; once it is there: a worker that has not been forked yet would
// not be measured.
ExitCode ask_node(const BenchArguments& arguments, std::optional<Json>& status) {
  if (!arguments.url.empty() && !names_node(*arguments.flags)) return ExitCode::ok;
  const auto patience_ends = std::chrono::steady_clock::now() + kReadyTimeout;
  return with_admin_client(*arguments.flags, [&](AdminClient& client) {
    for (;;) {
      const ExitCode code = ask(client, "status", kAdminTimeout, [&](const Json& answer) {
        status = answer;
        return ExitCode::ok;
      });
      if (code != ExitCode::ok || !is_starting(*status)) return code;
      if (std::chrono::steady_clock::now() > patience_ends)
        return fail(ExitCode::unavailable, "bench: the node is still starting");
      std::this_thread::sleep_for(kStartPoll);
    }
  });
}

bench::ServerProcesses processes_of(const Json& status) {
  bench::ServerProcesses processes;
  const auto add = [](std::vector<pid_t>& to, const Json& of) {
    if (of.contains("pid") && of["pid"].is_number()) to.push_back(of["pid"].get<pid_t>());
  };
  add(processes.server, status);
  for (const Json& worker : status.at("workers")) add(processes.server, worker);
  add(processes.redis, status.at("redis"));
  return processes;
}

// Of subscribers; certificates are not looked at.
Result<WsUrl> url_of(const BenchArguments& arguments, const std::optional<Json>& status) {
  if (!arguments.url.empty()) return parse_ws_url(arguments.url);
  return arguments.tls ? local_tls_address(*status) : local_address(*status);
}

// Of a publisher that is no Redis client; it speaks no TLS.
Result<WsUrl> publish_url_of(const BenchArguments& arguments, const std::optional<Json>& status, const WsUrl& url) {
  if (!url.tls) return url;
  if (arguments.tls) return local_address(*status);
  if (arguments.bench == bench::Bench::fanout)
    return Unexpected("bench: with wss:// only --via=redis publishes; --tls in place of a URL publishes without TLS");
  return url;
}

// Of the URL, of --app-id and its companions, of --app, or the first one that there is.
Result<AppKeys> keys_of(const BenchArguments& arguments, const WsUrl& url) {
  if (!arguments.app_id.empty()) return AppKeys{arguments.app_id, arguments.app_key, arguments.app_secret};
  auto settings = arguments.flags->load();
  if (!settings) return Unexpected(settings.error());
  const std::string named = arguments.app.empty() ? pusher_key(url).value_or("") : arguments.app;
  if (!named.empty()) return find_app_keys(*settings, named);
  if (settings->apps.empty()) return Unexpected("the configuration has no app");
  const AppSettings& app = settings->apps.front();
  return AppKeys{app.id, app.key, app.secret};
}

// /PREFIX/app/KEY for subscribers, /PREFIX for the HTTP API.
void aim_pusher(bench::Target& target, WsUrl url) {
  if (pusher_key(url)) url.target.erase(url.target.rfind("/app/"));
  url.target.erase(url.target.find_last_not_of('/') + 1);
  target.publish_url.target = url.target;
  url.target += "/app/" + target.app.key;
  target.url = with_pusher_parameters(std::move(url));
}

void aim_raw(bench::Target& target, WsUrl url, const BenchArguments& arguments) {
  if (!arguments.path.empty()) url.target = arguments.path;
  target.publish_url.target = arguments.publish_path.empty() ? url.target : arguments.publish_path;
  target.url = std::move(url);
}

// `target.publish_url` is there, but for its path.
ExitCode aim(const BenchArguments& arguments, const WsUrl& url, bench::Target& target) {
  if (arguments.speaks_pusher()) {
    auto keys = keys_of(arguments, url);
    if (!keys)
      return fail(ExitCode::configuration,
                  keys.error().message + "\nbelfry: --app-id, --app-key and --app-secret name another app");
    target.app = *keys;
    aim_pusher(target, url);
  } else {
    aim_raw(target, url, arguments);
  }
  auto address = bench::resolve_target(url);
  if (!address) return fail(ExitCode::unavailable, address.error().message);
  target.address = *address;
  if (target.address.is_loopback() || arguments.owns_host) return ExitCode::ok;
  return fail(ExitCode::usage, "bench: " + url.authority() +
                                   " is not this machine; load on a host that is yours, and "
                                   "whose owner expects it, wants --i-own-this-host");
}

// The one that is configured, or the private one of the node in runtime_dir.
Result<bench::RedisTarget> redis_of(const OptionFlags& flags) {
  auto settings = flags.load();
  if (!settings) return Unexpected(settings.error());
  const std::string& url = settings->redis.url;
  auto endpoint = parse_redis_url(url.empty() ? unix_redis_url(settings->runtime_dir + "/redis.sock") : url);
  if (!endpoint) return Unexpected(endpoint.error());
  return bench::RedisTarget{*endpoint, settings->redis.prefix, settings->raw.prefix};
}

}  // namespace

ExitCode make_bench_order(const BenchArguments& arguments, BenchOrder& order) {
  auto plan = make_bench_plan(arguments);
  if (!plan) return fail(ExitCode::usage, "bench: " + plan.error().message);
  order.plan = std::move(*plan);

  std::optional<Json> status;
  if (const ExitCode code = ask_node(arguments, status); code != ExitCode::ok) return code;
  if (status) order.server = processes_of(*status);
  if (!arguments.pids.empty()) order.server = {arguments.pids, {}};

  auto url = url_of(arguments, status);
  if (!url) return fail(ExitCode::usage, url.error().message);
  if (order.plan.via != bench::Via::redis) {
    auto publish_url = publish_url_of(arguments, status, *url);
    if (!publish_url) return fail(ExitCode::usage, publish_url.error().message);
    order.plan.target.publish_url = std::move(*publish_url);
  }
  if (const ExitCode code = aim(arguments, *url, order.plan.target); code != ExitCode::ok) return code;
  if (order.plan.via != bench::Via::redis) return ExitCode::ok;
  auto redis = redis_of(*arguments.flags);
  if (!redis) return fail(ExitCode::configuration, redis.error().message);
  order.plan.redis = std::move(*redis);
  return ExitCode::ok;
}

}  // namespace belfry::tools
