#include "worker/worker.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <uv.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <utility>

#include "common/assert.hpp"
#include "common/control_channel.hpp"
#include "common/counter_page.hpp"
#include "common/inheritance.hpp"
#include "common/log.hpp"
#include "common/log_settings.hpp"
#include "common/redis_url.hpp"
#include "worker/net/make_send_engine.hpp"
#include "worker/service.hpp"
#include "worker/settings_order.hpp"

namespace belfry::worker {
namespace {

struct Order {
  Configure configure;
  UniqueFd settings;  // settings_order.hpp
};

void ignore_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
}

// Blocks: there is nothing else to do before the configuration is there.
Result<Order> receive_order(WorkerEnd& channel) {
  pollfd readable = {channel.fd(), POLLIN, 0};
  if (::poll(&readable, 1, static_cast<int>(kReadyTimeout.count())) != 1) return Unexpected("no configuration came");
  auto received = channel.receive();
  if (!received) return Unexpected(received.error());
  if (!received->has_value()) return Unexpected("no configuration came");
  const auto* configure = std::get_if<Configure>(&(*received)->message);
  if (configure == nullptr || !(*received)->attached) return Unexpected("the first message is not a configuration");
  return Order{*configure, std::move((*received)->attached)};
}

ExitCode serve(const Configure& configure, SettingsOrder order, RedisEndpoint endpoint,
               std::unique_ptr<net::SendEngine> engine, WorkerEnd channel, MappedCounters counters) {
  uv_loop_t loop;
  BELFRY_ASSERT(uv_loop_init(&loop) == 0);
  BELFRY_ASSERT(uv_loop_configure(&loop, UV_METRICS_IDLE_TIME) == 0);
  {
    Service service(&loop, std::move(order), configure, std::move(endpoint), std::move(engine), std::move(channel),
                    std::move(counters));
    service.start();
    uv_run(&loop, UV_RUN_DEFAULT);
  }
  uv_run(&loop, UV_RUN_DEFAULT);  // close callbacks
  BELFRY_ASSERT(uv_loop_close(&loop) == 0);
  return ExitCode::ok;
}

// Before there are settings, there is no log.
ExitCode refuse(std::uint32_t slot, ExitCode code, const Error& error) {
  std::fprintf(stderr, "belfry worker %u: %s\n", slot, error.message.c_str());
  return code;
}

ExitCode refuse(const Error& configuration_error) {
  log::error("configuration error", {{"reason", configuration_error.message}});
  return ExitCode::configuration;
}

}  // namespace

ExitCode run_worker(std::uint32_t slot) {
  ignore_signals();
  ::prctl(PR_SET_NAME, "belfry-worker");  // executed through /proc/self/exe, it would be called "exe"
  ::fcntl(kControlFd, F_SETFD, FD_CLOEXEC);
  ::fcntl(kCountersFd, F_SETFD, FD_CLOEXEC);
  WorkerEnd channel{UniqueFd(kControlFd)};
  auto order = receive_order(channel);
  if (!order) return refuse(slot, ExitCode::control_channel, order.error());
  auto parsed = read_settings_order(order->settings.get());
  order->settings.reset();
  if (!parsed) return refuse(slot, ExitCode::configuration, parsed.error());
  const Settings& settings = parsed->settings;
  log::setup("worker." + std::to_string(slot), settings.log);
  auto endpoint = parse_redis_url(settings.redis.url);
  if (!endpoint) return refuse(endpoint.error());
  auto engine = net::make_send_engine(settings.io_uring);
  if (!engine) return refuse(engine.error());
  auto counters = MappedCounters::map(kCountersFd);
  if (!counters) return refuse(slot, ExitCode::failure, counters.error());
  return serve(order->configure, std::move(*parsed), std::move(*endpoint), std::move(*engine), std::move(channel),
               std::move(*counters));
}

}  // namespace belfry::worker
