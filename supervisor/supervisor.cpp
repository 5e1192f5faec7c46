#include "supervisor/supervisor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "common/hex.hpp"
#include "common/log.hpp"
#include "common/log_settings.hpp"
#include "common/version.hpp"
#include "supervisor/admin_commands.hpp"
#include "supervisor/admin_server.hpp"
#include "supervisor/advertised_addresses.hpp"
#include "supervisor/agent_answer.hpp"
#include "supervisor/agent_server.hpp"
#include "supervisor/capacity.hpp"
#include "supervisor/cluster_status.hpp"
#include "supervisor/draining.hpp"
#include "supervisor/event_loop.hpp"
#include "supervisor/managed_redis.hpp"
#include "supervisor/metrics_server.hpp"
#include "supervisor/metrics_text.hpp"
#include "supervisor/node.hpp"
#include "supervisor/node_announcer.hpp"
#include "supervisor/process_setup.hpp"
#include "supervisor/reload.hpp"
#include "supervisor/steering.hpp"
#include "supervisor/worker_slots.hpp"

namespace belfry::supervisor {
namespace {

class Supervisor final : private AdminActions, private ManagedRedis::Owner {
 public:
  Supervisor(uv_loop_t* loop, Settings loaded, LoadSettings load, Node node);

  ExitCode run();

 private:
  enum class State { starting, running, draining, stopping };

  void watch_signal(int number);
  void on_signal(int number);
  bool is_leaving() const { return state_ == State::draining || state_ == State::stopping; }
  bool may_drain() const { return workers_started_ && (state_ == State::starting || state_ == State::running); }
  std::string_view state_name() const;
  NodeRow row() const;
  void begin_drain(std::string_view why, Milliseconds over);
  void begin_stop(std::string_view why);
  void start_workers_once();
  void workers_changed();
  void redis_changed() override;
  void finish_if_all_ended();
  void reconfigured(const Settings& effective);
  void reload_by_signal();
  std::string agent_line() const;

  ClusterStatus cluster_status() const;
  std::vector<AppStatus> apps() const;
  nlohmann::ordered_json status() override { return to_json(cluster_status()); }
  void stop() override { begin_stop("admin socket"); }
  void drain(std::optional<Milliseconds> over, const AdminReply& reply) override;
  void restart(std::optional<std::uint32_t> slot, const AdminReply& reply) override;
  void reload(bool dry_run, const AdminReply& reply) override;
  void tail(const TailOrder& order, const AdminReply& reply) override;
  void verify_presence(const AdminReply& reply) override { ask_workers("presence", VerifyPresence{}, reply); }
  void report_memory(const AdminReply& reply) override { ask_workers("memory", ReportMemory{}, reply); }
  void list_nodes(const AdminReply& reply) override { ask_workers("nodes", ListNodes{}, reply, 1); }
  void ask_workers(const char* what, const ToWorker& order, const AdminReply& reply,
                   std::size_t most = ~std::size_t{0});
  Result<void> inject(Fault fault, std::uint32_t slot) override { return workers_.inject(fault, slot); }
  void rebalance(Milliseconds over, const AdminReply& reply) override;
  std::string log_level() const override { return log_level_.value_or(node_.settings.log.level); }
  void set_log_level(const std::string& level) override { change_log_level(level); }
  void change_log_level(const std::optional<std::string>& level);
  AdminRole role_of_members() const override;
  std::uint32_t slots() const override { return workers_.size(); }
  bool allows_debugging() const override { return node_.settings.debug_commands; }

  uv_loop_t* loop_;
  Node node_;
  State state_ = State::starting;
  ExitCode exit_code_ = ExitCode::ok;
  bool workers_started_ = false;
  TimePoint started_at_ = Clock::now();
  std::optional<std::string> log_level_;  // other than the configuration says
  std::optional<ManagedRedis> redis_;
  WorkerSlots workers_;
  const std::vector<std::string> addresses_;  // as other machines know the node
  NodeAnnouncer announcer_;
  Steering steering_;
  Draining draining_;
  Reload reload_;
  AdminServer admin_;
  MetricsServer metrics_;
  std::optional<AgentServer> agent_;
  std::vector<UvSignal> signals_;
};

double seconds(Milliseconds duration) { return static_cast<double>(duration.count()) / 1000; }

constexpr Milliseconds kDrainTime = Seconds(60);  // of a drain that does not say, where drain_time does not either

constexpr std::string_view kStateNames[] = {"starting", "running", "draining", "stopping"};

Supervisor::Supervisor(uv_loop_t* loop, Settings loaded, LoadSettings load, Node node)
    : loop_(loop),
      node_(std::move(node)),
      workers_(loop, node_.worker_births(), [this] { workers_changed(); }),
      addresses_(advertised_addresses(node_.settings.advertise, node_.settings.listen, own_interface_address)),
      announcer_(loop, workers_, [this] { return row(); }),
      steering_(loop, balance_policy(node_.settings.balance.workers), ReuseportGroups(node_.listeners.of_slot(0)),
                node_.cpus, workers_),
      draining_(loop, workers_, [this] { begin_stop("drained"); }),
      reload_(loop, std::move(load), std::move(loaded), node_.settings, workers_,
              [this](const Settings& effective) { reconfigured(effective); }),
      admin_(loop, std::move(node_.admin_socket), node_.settings.admin_socket, *this),
      metrics_(loop, std::move(node_.metrics.socket),
               [this] { return metrics_text(cluster_status(), node_.settings.metrics.prefix); }) {
  if (node_.agent_socket) agent_.emplace(loop, std::move(node_.agent_socket), [this] { return agent_line(); });
  ManagedRedis::Owner& owner = *this;
  if (node_.redis) redis_.emplace(loop, node_.redis->program, node_.settings.runtime_dir, node_.redis->socket, owner);
}

ExitCode Supervisor::run() {
  for (const int number : {SIGCHLD, SIGINT, SIGTERM, SIGHUP}) watch_signal(number);
  log::info("belfry serves", {{"listen", fmt::format("{}", fmt::join(node_.settings.listen, " "))},
                              {"pid", ::getpid()},
                              {"version", version()},
                              {"node", to_hex(node_.id.bytes)},
                              {"workers", workers_.size()},
                              {"admin_socket", node_.settings.admin_socket},
                              {"metrics", node_.metrics.address}});
  if (redis_) redis_->start();
  else start_workers_once();
  uv_run(loop_, UV_RUN_DEFAULT);
  log::info("stopped", {{"exit_code", static_cast<int>(exit_code_)}});
  return exit_code_;
}

void Supervisor::watch_signal(int number) {
  signals_.push_back(make_uv_handle<uv_signal_t>(loop_, this, uv_signal_init));
  uv_signal_start(
      signals_.back().get(),
      [](uv_signal_t* signal, int caught) noexcept {
        if (signal->data != nullptr) static_cast<Supervisor*>(signal->data)->on_signal(caught);
      },
      number);
}

void Supervisor::on_signal(int number) {
  if (number == SIGCHLD) {
    workers_.reap();
    if (redis_) redis_->reap();
  } else if (number == SIGHUP) {
    reload_by_signal();
  } else if (number == SIGTERM && may_drain() && node_.settings.drain_time > Milliseconds(0)) {
    begin_drain("SIGTERM", node_.settings.drain_time);
  } else if (state_ != State::stopping) {
    begin_stop(number == SIGINT ? "SIGINT" : "SIGTERM");
  } else {
    log::warning("told to stop again: killing what is left");
    workers_.kill();
  }
}

// ---- from the start to the end

// The first workers wait for the managed Redis, so that they find it; later ones reconnect by themselves.
void Supervisor::redis_changed() {
  if (state_ == State::stopping) finish_if_all_ended();
  else if (redis_->is_settled()) start_workers_once();
}

void Supervisor::start_workers_once() {
  if (std::exchange(workers_started_, true)) return;
  workers_.start();
  announcer_.start();
}

void Supervisor::workers_changed() {
  steering_.look();
  reload_.workers_changed();
  if (state_ == State::stopping) return finish_if_all_ended();
  if (workers_.have_failed()) {
    exit_code_ = workers_.failed_by_configuration() ? ExitCode::configuration : ExitCode::failure;
    return begin_stop("every worker was given up");
  }
  if (state_ != State::starting || !workers_.have_been_ready()) return;
  state_ = State::running;
  log::info("all workers run", {{"workers", workers_.size()}});
}

void Supervisor::begin_drain(std::string_view why, Milliseconds over) {
  state_ = State::draining;
  log::info("going to stop", {{"why", why}});
  reload_.abort();
  draining_.begin(node_.settings.drain_delay, over);
  announcer_.announce();
}

void Supervisor::begin_stop(std::string_view why) {
  if (std::exchange(state_, State::stopping) == State::stopping) return;
  log::info("stopping", {{"why", why}});
  draining_.abort();
  reload_.abort();
  announcer_.withdraw();
  workers_.stop();
  finish_if_all_ended();
}

// Workers first: they still publish what their clients' closing brings about.
void Supervisor::finish_if_all_ended() {
  if (!workers_.have_ended()) return;
  if (redis_ && (redis_->state() == ChildState::starting || redis_->state() == ChildState::running ||
                 redis_->state() == ChildState::backing_off))
    return redis_->stop();
  if (!redis_ || redis_->state() == ChildState::stopped) uv_stop(loop_);
}

std::string Supervisor::agent_line() const {
  return agent_answer(
      {.leaving = is_leaving(), .clients = workers_.clients(), .capacity = capacity_of(workers_.size())});
}

std::string_view Supervisor::state_name() const { return kStateNames[static_cast<std::size_t>(state_)]; }

NodeRow Supervisor::row() const {
  return {.id = to_hex(node_.id.bytes),
          .addresses = addresses_,
          .agent = node_.settings.balance.agent,
          .state = std::string(state_name()),
          .clients = workers_.clients(),
          .capacity = capacity_of(workers_.size()),
          .version = std::string(version())};
}

// ---- the admin socket's commands

ClusterStatus Supervisor::cluster_status() const {
  const TimePoint now = Clock::now();
  return ClusterStatus{.node = node_.id,
                       .pid = ::getpid(),
                       .state = state_name(),
                       .drain_left = draining_.is_under_way() ? std::optional(draining_.left(now)) : std::nullopt,
                       .uptime = std::chrono::duration_cast<Milliseconds>(now - started_at_),
                       .listen = node_.settings.listen,
                       .agent = node_.settings.balance.agent,
                       .capacity = capacity_of(workers_.size()),
                       .managed_redis = redis_ ? std::optional(redis_->status()) : std::nullopt,
                       .workers = workers_.status(now),
                       .balance = steering_.status(now),
                       .apps = apps(),
                       .metrics = {node_.metrics.address, node_.metrics.refusal}};
}

std::vector<AppStatus> Supervisor::apps() const {
  const AppCounterSums sums = workers_.app_counters();
  std::vector<AppStatus> apps;
  for (const AppSettings& app : node_.settings.apps) {
    const auto counted = sums.find(app_counter_key(app.id));
    apps.push_back({app.id, counted == sums.end() ? AppCounters() : counted->second});
  }
  return apps;
}

void Supervisor::restart(std::optional<std::uint32_t> slot, const AdminReply& reply) {
  if (is_leaving()) return reply(admin_error("the supervisor stops"));
  if (!workers_started_) return reply(admin_error("the workers have not been started yet"));
  workers_.restart(slot, [reply](Result<std::vector<std::uint32_t>> restarted) {
    reply(restarted ? nlohmann::ordered_json{{"restarted", *restarted}} : admin_error(restarted.error().message));
  });
}

void Supervisor::rebalance(Milliseconds over, const AdminReply& reply) {
  if (is_leaving()) return reply(admin_error("the supervisor stops"));
  const auto begun = steering_.rebalance(over);
  if (!begun) return reply(admin_error(begun.error().message));
  reply({{"rebalancing", begun.value().clients()},
         {"over_s", static_cast<double>(over.count()) / 1000},
         {"surplus", begun.value().surplus()}});
}

void Supervisor::drain(std::optional<Milliseconds> over, const AdminReply& reply) {
  if (state_ == State::stopping) return reply(admin_error("the supervisor stops"));
  if (!workers_started_) return reply(admin_error("the workers have not been started yet"));
  const Milliseconds configured = node_.settings.drain_time;
  const Milliseconds chosen = over.value_or(configured > Milliseconds(0) ? configured : kDrainTime);
  const bool drains = state_ == State::draining;
  const Milliseconds delay = drains ? draining_.delay_left(Clock::now()) : node_.settings.drain_delay;
  if (drains) draining_.change(chosen);
  else begin_drain("admin socket", chosen);
  reply(
      {{"draining", true}, {"clients", workers_.clients()}, {"delay_s", seconds(delay)}, {"over_s", seconds(chosen)}});
}

void Supervisor::reload(bool dry_run, const AdminReply& reply) {
  if (is_leaving()) return reply(admin_error("the supervisor stops"));
  reload_.begin(dry_run, [this, dry_run, reply](const nlohmann::ordered_json& answer) {
    if (!dry_run && !answer.contains("error") && log_level_) change_log_level(std::nullopt);
    reply(answer);
  });
}

void Supervisor::reload_by_signal() {
  reload(false, [](const nlohmann::ordered_json& answer) {
    if (answer.contains("error")) log::error("not reloaded", {{"reason", answer["error"].get<std::string>()}});
    else log::info("reloaded", {{"changes", answer["lines"].size()}});
  });
}

void Supervisor::reconfigured(const Settings& effective) {
  node_.settings = effective;
  log::setup("supervisor", effective.log);
}

void Supervisor::change_log_level(const std::optional<std::string>& level) {
  log_level_ = level;
  LogSettings settings = node_.settings.log;
  settings.level = log_level();
  log::info("log level", {{"level", settings.level}});
  log::setup("supervisor", settings);
  workers_.set_log_level(level, node_.settings.log.level);
}

AdminRole Supervisor::role_of_members() const {
  return node_.settings.admin_group == "control" ? AdminRole::control : AdminRole::read_only;
}

void Supervisor::tail(const TailOrder& order, const AdminReply& reply) {
  const auto message = begin_tail(order, node_.settings.apps);
  if (!message) return reply(admin_error(message.error().message));
  auto packets = workers_.tail(message.value());
  if (!packets) return reply(admin_error(packets.error().message));
  reply.follow({{"tail", order.app}}, std::move(*packets));
}

// Their answers follow, a line each at least.
void Supervisor::ask_workers(const char* what, const ToWorker& order, const AdminReply& reply, std::size_t most) {
  auto begun = workers_.ask(order, most);
  if (!begun) return reply(admin_error(begun.error().message));
  auto& [packets, workers] = *begun;
  if (workers.empty()) return reply(admin_error("no worker runs"));
  reply.follow({{"asked", what}, {"workers", workers}}, std::move(packets));
}

ExitCode refuse(ExitCode code, const Error& error) {
  log::error("not started", {{"reason", error.message}});
  return code;
}

}  // namespace

ExitCode run_supervisor(Settings settings, LoadSettings load) {
  set_up_process();
  Settings loaded = settings;
  auto completion = complete(settings);
  if (!completion) return refuse(ExitCode::configuration, completion.error());
  announce_capacity(settings.workers, completion->counted);
  auto node = Node::acquire(std::move(settings), std::move(completion->redis));
  if (!node) return refuse(ExitCode::failure, node.error());
  EventLoop loop;
  Supervisor supervisor(loop.get(), std::move(loaded), std::move(load), std::move(*node));
  return supervisor.run();
}

}  // namespace belfry::supervisor
