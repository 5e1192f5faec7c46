#include "supervisor/operator_commands.hpp"

#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "common/control_contract.hpp"
#include "common/log.hpp"
#include "common/log_settings.hpp"
#include "common/version.hpp"

namespace belfry::supervisor {
namespace {

using Json = nlohmann::ordered_json;

constexpr Milliseconds kDrainTime = Seconds(60);  // of a drain that does not say, where drain_time does not either

double seconds(Milliseconds duration) { return static_cast<double>(duration.count()) / 1000; }

// Whoever was replaced before something went wrong stays replaced.
Json restart_answer(const RollingRestart::Outcome& outcome) {
  if (outcome.obstacle.empty()) return {{"restarted", outcome.restarted}};
  std::string error = outcome.obstacle;
  if (!outcome.restarted.empty())
    error += fmt::format("; replaced before: worker {}", fmt::join(outcome.restarted, ", "));
  return {{"error", error}, {"restarted", outcome.restarted}};
}

}  // namespace

Json OperatorCommands::status() { return to_json(parts_.report.status()); }

std::string OperatorCommands::obstacle() const {
  if (parts_.life.is_leaving()) return "the supervisor stops";
  return parts_.life.has_started_workers() ? "" : "the workers have not been started yet";
}

// ---- the node's life

void OperatorCommands::drain(std::optional<Milliseconds> over, const AdminReply& reply) {
  NodeLife& life = parts_.life;
  if (life.state() != NodeState::draining)
    if (const std::string reason = obstacle(); !reason.empty()) return reply(admin_error(reason));
  const Milliseconds configured = parts_.node.settings.drain_time;
  const Milliseconds chosen = over.value_or(configured > Milliseconds(0) ? configured : kDrainTime);
  const Milliseconds delay = life.drain("admin socket", chosen);
  reply({{"draining", true},
         {"clients", parts_.workers.clients()},
         {"delay_s", seconds(delay)},
         {"over_s", seconds(chosen)}});
}

void OperatorCommands::restart(std::optional<std::uint32_t> slot, const AdminReply& reply) {
  if (const std::string reason = obstacle(); !reason.empty()) return reply(admin_error(reason));
  parts_.workers.restart(slot, [reply](const RollingRestart::Outcome& outcome) { reply(restart_answer(outcome)); });
}

void OperatorCommands::upgrade(const std::string& contract, const AdminReply& reply) {
  if (parts_.life.state() != NodeState::running)
    return reply(admin_error("the node is not running: it is " + std::string(name_of(parts_.life.state()))));
  if (parts_.workers.is_restarting()) return reply(admin_error("a restart is under way"));
  if (contract != control_contract())
    return reply(admin_error("workers of the installed version do not understand this supervisor, version " +
                             std::string(version()) + "; only a restart of the service upgrades it"));
  auto taken = worker_program_.take_installed();
  if (!taken) return reply(admin_error(taken.error().message));
  log::info("upgrading the workers");
  parts_.workers.upgrade(worker_program_, [this, reply](const RollingRestart::Outcome& outcome) {
    if (!outcome.obstacle.empty()) worker_program_.let_go();
    Json answer = restart_answer(outcome);
    answer["supervisor"] = version();
    reply(answer);
  });
}

void OperatorCommands::rebalance(Milliseconds over, const AdminReply& reply) {
  if (const std::string reason = obstacle(); !reason.empty()) return reply(admin_error(reason));
  const auto begun = parts_.steering.rebalance(over);
  if (!begun) return reply(admin_error(begun.error().message));
  reply({{"rebalancing", begun.value().clients()}, {"over_s", seconds(over)}, {"surplus", begun.value().surplus()}});
}

// ---- configuration and log

void OperatorCommands::reload(bool dry_run, const AdminReply& reply) {
  if (parts_.life.is_leaving()) return reply(admin_error("the supervisor stops"));
  // One that has not been told yet that the node is ready is not told by a reload.
  const bool is_told = !dry_run && parts_.life.state() == NodeState::running;
  if (is_told) parts_.service_manager.reloading();
  parts_.reload.begin(dry_run, [this, dry_run, is_told, reply](const Json& answer) {
    if (is_told) parts_.service_manager.ready();
    if (!dry_run && !answer.contains("error") && log_level_) change_log_level(std::nullopt);
    reply(answer);
  });
}

void OperatorCommands::reload_and_log() {
  reload(false, [](const Json& answer) {
    if (answer.contains("error")) log::error("not reloaded", {{"reason", answer["error"].get<std::string>()}});
    else log::info("reloaded", {{"changes", answer["lines"].size()}});
  });
}

void OperatorCommands::change_log_level(const std::optional<std::string>& level) {
  log_level_ = level;
  LogSettings settings = parts_.node.settings.log;
  settings.level = log_level();
  log::info("log level", {{"level", settings.level}});
  log::setup("supervisor", settings);
  parts_.workers.set_log_level(level, parts_.node.settings.log.level);
}

AdminRole OperatorCommands::role_of_members() const {
  return parts_.node.settings.admin_group == "control" ? AdminRole::control : AdminRole::read_only;
}

// ---- questions to workers

void OperatorCommands::tail(const TailOrder& order, const AdminReply& reply) {
  const auto message = begin_tail(order, parts_.node.settings.apps);
  if (!message) return reply(admin_error(message.error().message));
  auto packets = parts_.workers.tail(message.value());
  if (!packets) return reply(admin_error(packets.error().message));
  reply.follow({{"tail", order.app}}, std::move(*packets));
}

// Their answers follow, a line each at least.
void OperatorCommands::ask_workers(const char* what, const ToWorker& order, const AdminReply& reply, std::size_t most) {
  auto begun = parts_.workers.ask(order, most);
  if (!begun) return reply(admin_error(begun.error().message));
  auto& [packets, workers] = *begun;
  if (workers.empty()) return reply(admin_error("no worker runs"));
  reply.follow({{"asked", what}, {"workers", workers}}, std::move(packets));
}

}  // namespace belfry::supervisor
