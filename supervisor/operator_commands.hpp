// What the commands of the admin socket do to a running node. One for the supervisor's life; it owns what only commands
// change: the binary that workers are born of, and a log level until the next reload.
#pragma once

#include <optional>
#include <string>

#include "supervisor/admin_commands.hpp"
#include "supervisor/node.hpp"
#include "supervisor/node_life.hpp"
#include "supervisor/node_report.hpp"
#include "supervisor/reload.hpp"
#include "supervisor/service_manager.hpp"
#include "supervisor/steering.hpp"
#include "supervisor/worker_program.hpp"
#include "supervisor/worker_slots.hpp"

namespace belfry::supervisor {

class OperatorCommands final : public AdminActions {
 public:
  struct Parts {
    const Node& node;
    NodeLife& life;
    const NodeReport& report;
    WorkerSlots& workers;
    Steering& steering;
    Reload& reload;
    ServiceManager& service_manager;
  };

  explicit OperatorCommands(Parts parts) : parts_(parts) {}

  // SIGHUP: a reload whose answer goes to the log.
  void reload_and_log();

  nlohmann::ordered_json status() override;
  void stop() override { parts_.life.stop("admin socket"); }
  void drain(std::optional<Milliseconds> over, const AdminReply& reply) override;
  void restart(std::optional<std::uint32_t> slot, const AdminReply& reply) override;
  void upgrade(const std::string& contract, const AdminReply& reply) override;
  void reload(bool dry_run, const AdminReply& reply) override;
  void rebalance(Milliseconds over, const AdminReply& reply) override;
  void tail(const TailOrder& order, const AdminReply& reply) override;
  void verify_presence(const AdminReply& reply) override { ask_workers("presence", VerifyPresence{}, reply); }
  void report_memory(const AdminReply& reply) override { ask_workers("memory", ReportMemory{}, reply); }
  void list_nodes(const AdminReply& reply) override { ask_workers("nodes", ListNodes{}, reply, 1); }
  Result<void> inject(Fault fault, std::uint32_t slot) override { return parts_.workers.inject(fault, slot); }
  std::string log_level() const override { return log_level_.value_or(parts_.node.settings.log.level); }
  void set_log_level(const std::string& level) override { change_log_level(level); }
  AdminRole role_of_members() const override;
  std::uint32_t slots() const override { return parts_.workers.size(); }
  bool allows_debugging() const override { return parts_.node.settings.debug_commands; }

 private:
  // Why the workers cannot be told anything now; empty: they can.
  std::string obstacle() const;
  void change_log_level(const std::optional<std::string>& level);
  void ask_workers(const char* what, const ToWorker& order, const AdminReply& reply,
                   std::size_t most = ~std::size_t{0});

  Parts parts_;
  WorkerProgram worker_program_;
  std::optional<std::string> log_level_;  // other than the configuration says
};

}  // namespace belfry::supervisor
