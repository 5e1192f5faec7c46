#include "supervisor/supervisor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <utility>
#include <vector>

#include "common/hex.hpp"
#include "common/log.hpp"
#include "common/log_settings.hpp"
#include "common/version.hpp"
#include "supervisor/admin_server.hpp"
#include "supervisor/agent_server.hpp"
#include "supervisor/capacity.hpp"
#include "supervisor/event_loop.hpp"
#include "supervisor/metrics_server.hpp"
#include "supervisor/node.hpp"
#include "supervisor/node_announcer.hpp"
#include "supervisor/node_life.hpp"
#include "supervisor/node_report.hpp"
#include "supervisor/operator_commands.hpp"
#include "supervisor/process_setup.hpp"
#include "supervisor/reload.hpp"
#include "supervisor/sd_notify.hpp"
#include "supervisor/service_manager.hpp"
#include "supervisor/steering.hpp"
#include "supervisor/worker_slots.hpp"

namespace belfry::supervisor {
namespace {

// Everything that the parent process is made of, put together. Here is no logic but who knows whom, and what signals
// mean.
class Supervisor {
 public:
  Supervisor(uv_loop_t* loop, Settings loaded, LoadSettings load, Node node);

  ExitCode run();

 private:
  void watch_signal(int number);
  void on_signal(int number);
  void workers_changed();
  void reconfigured(const Settings& effective, const TlsIdentity& tls);

  uv_loop_t* loop_;
  Node node_;
  ServiceManager service_manager_;
  WorkerSlots workers_;
  Steering steering_;
  Reload reload_;
  NodeAnnouncer announcer_;
  NodeLife life_;
  NodeReport report_;
  OperatorCommands commands_;
  AdminServer admin_;
  MetricsServer metrics_;
  std::optional<AgentServer> agent_;
  std::vector<UvSignal> signals_;
};

Supervisor::Supervisor(uv_loop_t* loop, Settings loaded, LoadSettings load, Node node)
    : loop_(loop),
      node_(std::move(node)),
      service_manager_(loop, SdNotify::from_environment(process_environment()),
                       [this] { return report_.status_line(); }),
      workers_(loop, node_.worker_births(), [this] { workers_changed(); }),
      steering_(loop, balance_policy(node_.settings.balance.workers), ReuseportGroups(node_.listeners.of_slot(0)),
                node_.cpus, workers_),
      reload_(loop, std::move(load), std::move(loaded), node_.settings, node_.tls, workers_,
              [this](const Settings& effective, const TlsIdentity& tls) { reconfigured(effective, tls); }),
      announcer_(loop, workers_, [this] { return report_.row(); }),
      life_(loop, {node_, workers_, reload_, announcer_, service_manager_}, [this] { uv_stop(loop_); }),
      report_(node_, life_, workers_, steering_),
      commands_({node_, life_, report_, workers_, steering_, reload_, service_manager_}),
      admin_(loop, std::move(node_.admin_socket), node_.settings.admin_socket, commands_),
      metrics_(loop, std::move(node_.metrics.socket), [this] { return report_.metrics(); }) {
  if (node_.agent_socket) agent_.emplace(loop, std::move(node_.agent_socket), [this] { return report_.agent_line(); });
}

ExitCode Supervisor::run() {
  for (const int number : {SIGCHLD, SIGINT, SIGTERM, SIGHUP}) watch_signal(number);
  log::info("belfry serves", {{"listen", fmt::format("{}", fmt::join(node_.settings.listen, " "))},
                              {"tls", fmt::format("{}", fmt::join(node_.settings.tls.listen, " "))},
                              {"pid", ::getpid()},
                              {"version", version()},
                              {"node", to_hex(node_.id.bytes)},
                              {"workers", workers_.size()},
                              {"admin_socket", node_.settings.admin_socket},
                              {"metrics", node_.metrics.address}});
  service_manager_.start();
  life_.start();
  uv_run(loop_, UV_RUN_DEFAULT);
  log::info("stopped", {{"exit_code", static_cast<int>(life_.exit_code())}});
  return life_.exit_code();
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
  if (number == SIGCHLD) return life_.reap();
  if (number == SIGHUP) return commands_.reload_and_log();
  if (life_.state() == NodeState::stopping) return life_.kill();
  if (number == SIGTERM) life_.end_gracefully("SIGTERM");
  else life_.stop("SIGINT");
}

void Supervisor::workers_changed() {
  steering_.look();
  reload_.workers_changed();
  life_.workers_changed();
}

void Supervisor::reconfigured(const Settings& effective, const TlsIdentity& tls) {
  node_.settings = effective;
  node_.tls = tls;
  log::setup("supervisor", effective.log);
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
  auto node = Node::acquire(std::move(settings), std::move(*completion));
  if (!node) return refuse(ExitCode::failure, node.error());
  EventLoop loop;
  Supervisor supervisor(loop.get(), std::move(loaded), std::move(load), std::move(*node));
  return supervisor.run();
}

}  // namespace belfry::supervisor
