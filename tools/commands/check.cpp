#include "tools/commands/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/tls_identity.hpp"
#include "supervisor/worker_count.hpp"
#include "tools/commands/failure.hpp"
#include "tools/connection_obstacles.hpp"
#include "tools/obstacle_report.hpp"
#include "tools/option_flags.hpp"

namespace belfry::tools {
namespace {

constexpr std::uint64_t kMostConnections = 1'000'000'000;

struct CheckArguments {
  std::uint64_t connections = 0;  // 0: the configuration alone is checked
  bool json = false;
};

ConnectionPlan plan_of(const Settings& settings, std::uint64_t connections) {
  const std::uint32_t workers = settings.workers == 0 ? supervisor::automatic_workers().workers : settings.workers;
  return {
      .connections = connections, .workers = workers, .addresses = settings.listen.size() + settings.tls.listen.size()};
}

ExitCode check_limits(const ConnectionPlan& plan, bool json) {
  const auto findings = judge(plan, read_system_limits());
  fmt::print("{}", json ? report_json(plan, findings).dump(2) + "\n" : report_text(plan, findings));
  const std::string obstacles = subjects_of(findings, Verdict::obstacle);
  if (obstacles.empty()) return ExitCode::ok;
  return fail(ExitCode::failure, fmt::format("{} connections are not possible: {}", plan.connections, obstacles));
}

std::string names_of(const std::vector<std::string>& files) {
  return files.empty() ? "no file, defaults" : fmt::format("{}", fmt::join(files, ", "));
}

ExitCode check(const CheckArguments& arguments, const OptionFlags& flags) {
  auto settings = flags.load();
  if (!settings) return fail(ExitCode::configuration, settings.error().message);
  if (auto tls = read_tls_identity(settings->tls); !tls) return fail(ExitCode::configuration, tls.error().message);
  if (!arguments.json) fmt::print("configuration ok: {}\n", names_of(flags.files()));
  return arguments.connections == 0 ? ExitCode::ok
                                    : check_limits(plan_of(*settings, arguments.connections), arguments.json);
}

}  // namespace

void add_check_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("check", "Say whether `serve` would accept the configuration; start nothing");
  auto arguments = std::make_shared<CheckArguments>();
  auto* connections = command->add_option("--connections", arguments->connections,
                                          "also say what on this machine stands in the way of so many connections, "
                                          "and the line that mends it");
  connections->check(CLI::Range(std::uint64_t{1}, kMostConnections))->option_text("NUMBER");
  command->add_flag("--json", arguments->json, "with --connections: one JSON object")->needs(connections);
  const auto flags = OptionFlags::add_to(*command);
  command->callback([arguments, flags, &exit_code] { exit_code = check(*arguments, *flags); });
}

}  // namespace belfry::tools
