#include "tools/commands/status.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tools/commands/admin_command.hpp"
#include "tools/commands/ask_workers.hpp"
#include "tools/commands/failure.hpp"
#include "tools/commands/interrupt_signals.hpp"
#include "tools/memory_table.hpp"
#include "tools/status_table.hpp"

namespace belfry::tools {
namespace {

// https://no-color.org: any text in NO_COLOR means none.
bool wants_colours() {
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

ExitCode status(const OptionFlags& flags, bool json) {
  return with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, "status", kAdminTimeout, [&](const nlohmann::ordered_json& answer) {
      fmt::print("{}", json ? answer.dump(2) + "\n" : status_table(answer, wants_colours()));
      return ExitCode::ok;
    });
  });
}

constexpr std::string_view kClearScreen = "\x1b[H\x1b[2J";

// What has ended the watching, by itself.
struct Watched {
  std::string error;
  bool printed = true;
};

bool show(std::string_view line, bool json, Watched& watched) {
  const auto answer = nlohmann::ordered_json::parse(line);
  watched.error = answer.value("error", "");
  if (!watched.error.empty()) return false;
  const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (json) fmt::print("{}\n", line);
  else
    fmt::print("{}{}{}", is_terminal ? kClearScreen : "", status_table(answer, wants_colours()),
               is_terminal ? "" : "\n");
  return watched.printed = std::fflush(stdout) == 0;
}

// Until an interrupt, or the end of standard output.
ExitCode watch(const OptionFlags& flags, bool json, std::uint32_t seconds) {
  std::signal(SIGPIPE, SIG_IGN);
  const InterruptSignals interrupts;
  return with_admin_client(flags, [&](AdminClient& client) {
    if (auto asked = client.say(fmt::format("watch {}", seconds)); !asked)
      return fail(ExitCode::unavailable, asked.error().message);
    Watched watched;
    auto ended = client.follow(interrupts.fd(), [&](std::string_view line) { return show(line, json, watched); });
    interrupts.take();
    if (!ended) return fail(ExitCode::unavailable, ended.error().message);
    if (!watched.error.empty()) return fail(ExitCode::failure, watched.error);
    if (!watched.printed) return fail(ExitCode::failure, errno_error("standard output").message);
    return *ended ? fail(ExitCode::unavailable, "the node has gone") : ExitCode::ok;
  });
}

ExitCode memory(const OptionFlags& flags, bool json) {
  std::size_t clients = 0;
  const ExitCode code = with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, "status", kAdminTimeout, [&](const nlohmann::ordered_json& answer) {
      clients = answer.at("clients").get<std::size_t>();
      return ExitCode::ok;
    });
  });
  if (code != ExitCode::ok) return code;
  std::vector<nlohmann::ordered_json> workers;
  const auto take = [&](const nlohmann::ordered_json& packet, std::string_view line) {
    if (json) fmt::print("{}\n", line);
    workers.push_back(packet);
    return true;
  };
  return ask_workers(flags, "memory", take, [&] {
    if (!json) fmt::print("{}", memory_table(workers, clients));
    return ExitCode::ok;
  });
}

}  // namespace

void add_status_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("status", "Show how a running node and its workers are");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "the supervisor's answer, for programs");
  auto by_kind = std::make_shared<bool>(false);
  command->add_flag("--memory", *by_kind, "what the workers' memory is used for");
  auto seconds = std::make_shared<std::uint32_t>(0);
  const CLI::Option* watched = command->add_option("--watch", *seconds, "again each second, or so many, until Ctrl-C")
                                   ->expected(0, 1)
                                   ->option_text("[SECONDS]");
  const auto flags = add_admin_flags(*command);
  command->callback([flags, json, by_kind, seconds, watched, &exit_code] {
    if (*by_kind) exit_code = memory(*flags, *json);
    else if (watched->count() > 0) exit_code = watch(*flags, *json, std::max(*seconds, 1u));
    else exit_code = status(*flags, *json);
  });
}

}  // namespace belfry::tools
