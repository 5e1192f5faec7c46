// The commands of the admin socket: one row each, from which parsing, dispatch and `help` are made. One line in, one
// JSON object out, and for some further ones until the client goes; what a command does is behind AdminActions. A row
// says which role its command needs.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/clock.hpp"
#include "common/control_messages.hpp"
#include "common/result.hpp"
#include "common/unique_fd.hpp"
#include "supervisor/admin_role.hpp"
#include "supervisor/tails.hpp"

namespace belfry::supervisor {

// Where the answer to a command goes: used exactly once, at once or later. Copies are the same place.
class AdminReply {
 public:
  using Answer = std::function<void(const nlohmann::ordered_json&)>;
  using Follow = std::function<void(const nlohmann::ordered_json&, UniqueFd packets)>;

  using Make = std::function<nlohmann::ordered_json()>;
  using Repeat = std::function<void(Milliseconds interval, Make make)>;

  template <typename F>
  requires(!std::same_as<F, AdminReply>) AdminReply(F answer, Follow follow = nullptr, Repeat repeat = nullptr)
      : answer_(std::move(answer)), follow_(std::move(follow)), repeat_(std::move(repeat)) {}

  void operator()(const nlohmann::ordered_json& answer) const { answer_(answer); }
  // The answer and, behind it, each packet as a line, until there is none to come or the client goes away.
  void follow(const nlohmann::ordered_json& answer, UniqueFd packets) const { follow_(answer, std::move(packets)); }
  // What `make` says now and at each interval, until the client goes away. One who reads too slowly misses some.
  void repeat(Milliseconds interval, Make make) const { repeat_(interval, std::move(make)); }

 private:
  Answer answer_;
  Follow follow_;
  Repeat repeat_;
};

class AdminActions {
 public:
  virtual nlohmann::ordered_json status() = 0;
  virtual void stop() = 0;
  // nullopt: as long as the configuration says.
  virtual void drain(std::optional<Milliseconds> over, const AdminReply& reply) = 0;
  // nullopt: all, one after the other.
  virtual void restart(std::optional<std::uint32_t> slot, const AdminReply& reply) = 0;
  // `contract` is the one of the installed binary (common/control_contract.hpp).
  virtual void upgrade(const std::string& contract, const AdminReply& reply) = 0;
  virtual void reload(bool dry_run, const AdminReply& reply) = 0;
  virtual void tail(const TailOrder& order, const AdminReply& reply) = 0;
  virtual void verify_presence(const AdminReply& reply) = 0;
  virtual void report_memory(const AdminReply& reply) = 0;
  virtual void list_nodes(const AdminReply& reply) = 0;
  virtual void rebalance(Milliseconds over, const AdminReply& reply) = 0;
  virtual Result<void> inject(Fault fault, std::uint32_t slot) = 0;
  virtual std::string log_level() const = 0;
  virtual void set_log_level(const std::string& level) = 0;  // until the next reload
  virtual AdminRole role_of_members() const = 0;             // of the socket's group
  virtual std::uint32_t slots() const = 0;
  virtual bool allows_debugging() const = 0;

 protected:
  ~AdminActions() = default;
};

using AdminArguments = std::vector<std::string>;

struct AdminCommand {
  std::string_view name;
  std::string_view arguments;  // as `help` shows them
  std::string_view help;
  std::size_t min_arguments;
  std::size_t max_arguments;
  std::size_t control_from;  // with so many arguments, or more, it needs the control role
  void (*handler)(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply);
};

std::span<const AdminCommand> admin_commands();

void run_admin_command(std::string_view line, AdminRole role, AdminActions& actions, const AdminReply& reply);

nlohmann::ordered_json admin_error(const std::string& message);

}  // namespace belfry::supervisor
