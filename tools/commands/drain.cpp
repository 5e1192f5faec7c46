#include "tools/commands/drain.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "common/clock.hpp"
#include "tools/commands/admin_command.hpp"
#include "tools/commands/failure.hpp"
#include "tools/duration_mistake.hpp"

namespace belfry::tools {
namespace {

constexpr Milliseconds kEndTimeout = Seconds(30);  // as for a stop

ExitCode wait_until_drained(AdminClient& client, const nlohmann::ordered_json& answer) {
  const double delay_s = answer.at("delay_s").get<double>(), over_s = answer.at("over_s").get<double>();
  fmt::print("draining: {} clients, closed over {:g} s after {:g} s\n", answer.at("clients").dump(), over_s, delay_s);
  std::fflush(stdout);
  const auto drained =
      client.wait_for_end(Milliseconds(static_cast<std::int64_t>((delay_s + over_s) * 1000)) + kEndTimeout);
  return drained ? ExitCode::ok : fail(ExitCode::failure, "drain: " + drained.error().message);
}

ExitCode drain(const OptionFlags& flags, const std::string& over) {
  return with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, over.empty() ? "drain" : "drain " + over, kAdminTimeout,
               [&](const nlohmann::ordered_json& answer) { return wait_until_drained(client, answer); });
  });
}

}  // namespace

void add_drain_command(CLI::App& app, ExitCode& exit_code) {
  auto* command =
      app.add_subcommand("drain", "Close the clients of a running node slowly, end it, wait until it is gone");
  auto over = std::make_shared<std::string>();
  command->add_option("--over", *over, "How long that takes, as 60s; default: drain_time, or 60s where that is 0s")
      ->check(duration_mistake);
  const auto flags = add_admin_flags(*command);
  command->callback([flags, over, &exit_code] { exit_code = drain(*flags, *over); });
}

}  // namespace belfry::tools
