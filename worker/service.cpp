#include "worker/service.hpp"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/assert.hpp"
#include "common/connection_capacity.hpp"
#include "common/hex.hpp"
#include "common/inheritance.hpp"
#include "common/log.hpp"
#include "common/log_settings.hpp"
#include "common/openssl_heap.hpp"
#include "common/packet_writer.hpp"
#include "common/version.hpp"
#include "worker/cluster/owner_name.hpp"
#include "worker/cluster/scripts.hpp"
#include "worker/http/connection.hpp"
#include "worker/settings_order.hpp"

namespace belfry::worker {
namespace {

constexpr std::size_t kStreamsATurn = 500;
constexpr Milliseconds kStopCheck{20};
constexpr Milliseconds kLookAround{1000};
constexpr Milliseconds kStopPatience = kStopTimeout - Seconds(2);  // then the supervisor kills

}  // namespace

Service::Service(uv_loop_t* loop, SettingsOrder order, const Configure& configure, RedisEndpoint endpoint,
                 std::unique_ptr<net::SendEngine> engine, WorkerEnd channel, MappedCounters counters)
    : loop_(loop),
      settings_(order.settings),
      configure_(configure),
      counter_page_(std::move(counters)),
      counters_(counter_page_.counters()),
      lag_(loop, counters_.loop_lag),
      link_(loop, std::move(channel), *this),
      keys_(settings_.redis.prefix),
      bus_(loop, std::move(endpoint),
           settings_.redis.prefix + "probe:" + cluster::owner_name(configure.node, configure.slot, configure.epoch),
           cluster::scripts::all(), counters_),
      owner_(
          loop, bus_, keys_, {configure.node, configure.slot, configure.epoch},
          settings_.raw.prefix + "connection_closed", [this](std::uint64_t epoch) { link_.send(EpochTaken{epoch}); },
          counters_),
      apps_(settings_.apps, counter_page_),
      sweeper_(
          loop, bus_, keys_, owner_, [this](std::string_view address) { return pusher::telling_of(apps_, address); },
          counters_),
      states_(
          loop, bus_, keys_, owner_, [this](std::string_view address) { return pusher::telling_of(apps_, address); },
          counters_),
      hub_(loop, bus_, keys_, states_, settings_.cache_ttl, pusher::StampOffice(configure.node), counters_),
      users_(loop, bus_, keys_, states_, settings_.redis.prefix + "users"),
      connections_(loop, states_),
      surroundings_{.hub = hub_, .users = users_, .connections = connections_, .parser = {}},
      pusher_(apps_, surroundings_, session_rules(std::uint64_t{settings_.max_message_in_kb} * 1024)),
      api_(apps_, hub_, users_, to_hex(configure.node.bytes), settings_.path_prefix),
      registry_(bus_, keys_, to_hex(configure.node.bytes)),
      instance_(loop, registry_),
      ready_([this] { return obstacle(); }),
      router_(settings_.path_prefix),
      reactor_(loop, counters_, std::move(engine)),
      shedding_(reactor_, [this](net::Stream& client) { shed(client); }),
      reconfiguring_(make_uv_handle<uv_idle_t>(loop, this, uv_idle_init)),
      stop_timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)),
      second_timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {
  add_routes();
  apply(order);
  if (configure.orphan_epoch != 0) on_sweep({configure.slot, configure.orphan_epoch});
}

ws::SessionRules Service::session_rules(std::uint64_t max_message) {
  ws::SessionRules rules = {.reader = reader_, .max_message = max_message};
  rules.queue = {std::size_t{settings_.max_queue_in_kb} * 1024, net::ticks(Seconds(10))};
  rules.ping_interval = net::ticks(Seconds(settings_.ping_interval));
  return rules;
}

void Service::add_routes() {
  router_.add("/up", up_);
  router_.add("/ready", ready_);
  if (!settings_.instance.path.empty()) router_.add(settings_.instance.path, instance_);
  router_.add_prefixed("/app/", pusher_);
  router_.add_prefixed("/apps/", api_);
  if (settings_.raw.enabled) {
    raw_.emplace(loop_, bus_, keys_, owner_, settings_.raw,
                 session_rules(std::uint64_t{settings_.raw.max_message_in_kb} * 1024));
    router_.add(settings_.raw.path, *raw_);
  }
  if (!settings_.echo.path.empty()) {
    echo_.emplace(session_rules(ws::Echo::kMaxMessage));
    router_.add(settings_.echo.path, *echo_);
  }
}

void Service::start() {
  bus_.start([this] { link_.send(heartbeat()); });
  owner_.start();
  for (std::uint32_t i = 0; i < configure_.listeners; ++i)
    acceptors_.push_back(std::make_unique<net::Acceptor>(
        reactor_, kFirstListenerFd + static_cast<int>(i), connections_within(descriptor_limit()),
        [this, with_tls = i >= settings_.listen.size()](UniqueFd fd) { accept(std::move(fd), with_tls); }));
  uv_timer_start(
      second_timer_.get(), [](uv_timer_t* timer) noexcept { static_cast<Service*>(timer->data)->look_around(); },
      kLookAround.count(), kLookAround.count());
  memory_at_start_ = ResidentMemory::now();
  openssl_at_start_ = openssl_heap_bytes();
  Ready ready;
  version().copy(ready.version, sizeof ready.version - 1);
  link_.send(ready);
  link_.send(heartbeat());
}

void Service::accept(UniqueFd fd, bool with_tls) {
  reactor_.adopt(std::make_unique<http::Connection>(reactor_, std::move(fd), with_tls ? tls_.make_session() : nullptr,
                                                    router_, proxies_, settings_.request_timeout));
}

std::string Service::obstacle() const {
  if (stopping_) return "the server is stopping";
  if (router_.leaving() != http::Leaving::no) return "the server is draining";
  switch (bus_.state()) {
    case RedisState::connected: return {};
    case RedisState::connecting: return "Redis was not reached yet";
    case RedisState::away: break;
  }
  const auto away = TimePoint(Milliseconds(uv_now(loop_))) - bus_.away_since();
  return away > settings_.redis.ready_grace ? "Redis is away" : std::string();
}

void Service::on_sweep(const SweepSibling& sibling) {
  sweeper_.sweep(cluster::owner_name(configure_.node, sibling.slot, sibling.epoch), [this, sibling] {
    link_.send(Swept{sibling.slot, sibling.epoch});
  });
}

// What was valid for the supervisor is for us.
void Service::on_reconfigure(std::uint64_t number, UniqueFd order) {
  auto parsed = read_settings_order(order.get());
  BELFRY_ASSERT(parsed.has_value());
  settings_ = parsed->settings;
  apps_.reconfigure(settings_.apps);
  apply(*parsed);
  log::info("reconfigured", {{"apps", settings_.apps.size()}});
  next_to_reconfigure_ = 0;
  uv_idle_start(reconfiguring_.get(),
                [](uv_idle_t* idle) noexcept { static_cast<Service*>(idle->data)->go_on_reconfiguring(); });
  link_.send(Reconfigured{number});
}

// What a reload changes, where somebody keeps a copy of it.
void Service::apply(const SettingsOrder& order) {
  const Settings& settings = order.settings;
  log::setup("worker." + std::to_string(configure_.slot), settings.log);
  proxies_.trust(settings.trusted_proxies);
  hub_.set_cache_ttl(settings.cache_ttl);
  surroundings_.activity_timeout = settings.activity_timeout;
  surroundings_.pusher_errors = settings.subscription_errors != "soketi";
  surroundings_.soketi_errors = settings.subscription_errors != "pusher";
  pusher_.reconfigure(session_rules(std::uint64_t{settings.max_message_in_kb} * 1024));
  if (!order.tls_pem.empty()) tls_.use(order.tls_pem, order.ticket_key);
  instance_.reconfigure(settings.instance.allowed_origins);
  if (raw_) raw_->reconfigure(settings.raw, session_rules(std::uint64_t{settings.raw.max_message_in_kb} * 1024));
  if (echo_) echo_->reconfigure(session_rules(ws::Echo::kMaxMessage));
}

void Service::go_on_reconfiguring() {
  next_to_reconfigure_ = reactor_.for_some_streams(next_to_reconfigure_, kStreamsATurn,
                                                   [](net::Stream& stream) { stream.on_reconfigured(); });
  if (next_to_reconfigure_ == 0) uv_idle_stop(reconfiguring_.get());
}

void Service::on_tail(const BeginTail& order, UniqueFd packets) {
  hub_.activity().add_tail(pusher::Tail(order, configure_.slot, std::move(packets)));
}

void Service::on_verify_presence(UniqueFd packets) {
  presence_checks_.emplace_back(loop_, configure_.slot, std::move(packets), [this](PresenceCheck& ended) {
    presence_checks_.remove_if([&](const PresenceCheck& check) { return &check == &ended; });
  });
  presence_checks_.back().begin(bus_, keys_, owner_, states_);
}

void Service::on_report_memory(UniqueFd packets) {
  MemoryAccount account;
  account.add(MemoryKind::tls, openssl_heap_bytes() - std::min(openssl_at_start_, openssl_heap_bytes()));
  reactor_.account(account);
  hub_.account(account);
  states_.account(account);
  users_.account(account);
  bus_.account(account);
  const std::string packet = memory_packet(configure_.slot, memory_at_start_, std::move(account));
  send_text_packet(packets.get(), packet);
}

void Service::on_announce(std::string_view row) {
  if (row.empty()) registry_.withdraw();
  else registry_.announce(std::string(row));
}

void Service::on_list_nodes(UniqueFd packets) {
  auto reader = std::make_shared<UniqueFd>(std::move(packets));
  registry_.read([reader, slot = configure_.slot](Result<cluster::NodeRegistry::Rows> rows) {
    nlohmann::ordered_json end = {{"worker", slot}};
    if (!rows) end["error"] = rows.error().message;
    else
      for (const std::string& row : *rows) send_text_packet(reader->get(), row);
    send_text_packet(reader->get(), end.dump());
  });
}

void Service::on_log_level(const std::string& level) {
  LogSettings settings = settings_.log;
  settings.level = level;
  log::setup("worker." + std::to_string(configure_.slot), settings);
}

Heartbeat Service::heartbeat() {
  counters_.loop_lag_us = lag_.take();
  counters_.redis_latency_us = bus_.take_longest_answer_us();
  Heartbeat beat = {.counters = counters_, .owner = owner_report(), .redis = bus_.state()};
  beat.sends_by_ring = reactor_.send_engine().is_ring();
  const std::string reason = bus_.reason();
  std::copy_n(reason.begin(), std::min(reason.size(), sizeof beat.redis_reason - 1), beat.redis_reason);
  return beat;
}

// Each second.
void Service::look_around() {
  hub_.activity().refresh();
  spare_memory_.look();
}

OwnerReport Service::owner_report() const {
  OwnerReport report = {.epoch = owner_.epoch(), .may_sweep = owner_.is_steady()};
  report.lease_left_ms = static_cast<std::uint32_t>(owner_.lease_left().count());
  if (const auto last = sweeper_.last_sweep_ms()) report.swept_ago_ms = uv_now(loop_) - *last;
  return report;
}

void Service::on_drain() { router_.leave(http::Leaving::soon); }

void Service::on_shed(const Shed& order) {
  if (stopping_) return;
  if (order.clients > 0)
    log::info("shedding clients",
              {{"clients", std::min(order.clients, counters_.clients)}, {"over_ms", order.over_ms}});
  if (order.clients == Shed::kEverybody) router_.leave(http::Leaving::now);
  ends_after_shedding_ = order.then_ends;
  shedding_.begin(order.clients, Milliseconds(static_cast<std::int64_t>(order.over_ms)));
}

// Where the worker goes, its members may come back elsewhere before anybody is told that they left; who leaves by
// himself meanwhile has left.
void Service::shed(net::Stream& client) {
  states_.keep_members(ends_after_shedding_ && settings_.presence.leave_grace > Milliseconds(0));
  client.on_shed();
  states_.keep_members(false);
}

void Service::on_stop() {
  if (std::exchange(stopping_, true)) return;
  log::info("stopping", {{"clients", counters_.clients}});
  stop_by_ = Clock::now() + kStopPatience;
  if (settings_.presence.leave_grace > Milliseconds(0)) states_.leave_members();
  for (const auto& acceptor : acceptors_) acceptor->stop();
  reactor_.for_each_stream([](net::Stream& stream) { stream.on_stop(); });
  uv_timer_start(
      stop_timer_.get(), [](uv_timer_t* timer) noexcept { static_cast<Service*>(timer->data)->go_on_stopping(); }, 0,
      kStopCheck.count());
}

// Clients first, then what is to be said of them in Redis, then the owner itself.
void Service::go_on_stopping() {
  const bool late = Clock::now() > stop_by_;
  const bool clients_gone = reactor_.stream_count() == 0 && (!raw_ || raw_->is_settled()) && states_.is_settled();
  if (!clients_gone && !late) return;
  if (clients_gone) leave_owner();
  if (bus_.unanswered() == 0 || !bus_.commands_ready() || late) uv_stop(loop_);
}

// Members may come back on another worker before anybody is told that they left.
void Service::leave_owner() {
  if (!states_.leaves_members()) return owner_.release();
  owner_.leave(settings_.presence.leave_grace);
  link_.send(Swept{configure_.slot, owner_.epoch()});
}

}  // namespace belfry::worker
