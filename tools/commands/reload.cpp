#include "tools/commands/reload.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/commands/admin_command.hpp"
#include "tools/commands/failure.hpp"

namespace belfry::tools {
namespace {

constexpr Milliseconds kTimeout = Seconds(10);  // the supervisor waits 5 s for its workers

struct Arguments {
  bool dry_run = false;
  bool json = false;
};

void print_lines(const nlohmann::ordered_json& answer) {
  const auto lines = answer.value("lines", std::vector<std::string>());
  if (lines.empty()) fmt::print("nothing is different\n");
  for (const std::string& line : lines) fmt::print("{}\n", line);
  if (!lines.empty() && !answer.value("applied", false)) fmt::print("(only shown)\n");
}

ExitCode report(const Arguments& arguments, nlohmann::ordered_json answer) {
  const auto missing = answer.value("not_confirmed", std::vector<std::uint32_t>());
  if (!arguments.json) {
    print_lines(answer);
  } else {
    answer.erase("lines");
    fmt::print("{}\n", answer.dump());
  }
  if (missing.empty()) return ExitCode::ok;
  return fail(ExitCode::failure, fmt::format("not confirmed by worker {}", fmt::join(missing, ", ")));
}

ExitCode reload(const OptionFlags& flags, const Arguments& arguments) {
  return with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, arguments.dry_run ? "reload dry-run" : "reload", kTimeout,
               [&](const nlohmann::ordered_json& answer) { return report(arguments, answer); });
  });
}

}  // namespace

void add_reload_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("reload", "Read the configuration again and apply what has changed");
  auto arguments = std::make_shared<Arguments>();
  command->add_flag("--dry-run", arguments->dry_run, "only show what is different");
  command->add_flag("--json", arguments->json, "one JSON object");
  const auto flags = add_admin_flags(*command);
  command->callback([flags, arguments, &exit_code] { exit_code = reload(*flags, *arguments); });
}

}  // namespace belfry::tools
