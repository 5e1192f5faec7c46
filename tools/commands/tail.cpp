#include "tools/commands/tail.hpp"

#include <csignal>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tools/commands/admin_command.hpp"
#include "tools/commands/failure.hpp"
#include "tools/commands/interrupt_signals.hpp"
#include "tools/tail_line.hpp"

namespace belfry::tools {
namespace {

struct TailArguments {
  std::string app;
  std::string channel;
  bool payload = false;
  bool json = false;
};

bool has_space(std::string_view text) { return text.find_first_of(" \t\r\n") != std::string_view::npos; }

// A line of the admin socket, where "*" stands for every channel.
std::string command_of(const TailArguments& arguments) {
  return "tail " + arguments.app + " " + (arguments.channel.empty() ? "*" : arguments.channel) +
         (arguments.payload ? " payload" : "");
}

bool print_line(std::string_view line) {
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::fputc('\n', stdout) != EOF &&
         std::fflush(stdout) == 0;
}

// What comes until the end, an interrupt, or the end of standard output.
ExitCode print_all(AdminClient& client, const TailArguments& arguments, const InterruptSignals& interrupts) {
  TailLines lines;
  bool printed = arguments.json || print_line(lines.head());
  const auto print = [&](std::string_view line) {
    const auto happening = nlohmann::ordered_json::parse(line, nullptr, false);
    printed = print_line(arguments.json || !happening.is_object() ? std::string(line) : lines.line(happening));
    return printed;
  };
  auto ended = printed ? client.follow(interrupts.fd(), print) : Result<bool>(false);
  interrupts.take();
  if (!ended) return fail(ExitCode::unavailable, ended.error().message);
  if (!printed) return fail(ExitCode::failure, errno_error("standard output").message);
  return *ended ? fail(ExitCode::unavailable, "the node has ended the tail") : ExitCode::ok;
}

ExitCode run_tail(const TailArguments& arguments, const OptionFlags& flags) {
  std::signal(SIGPIPE, SIG_IGN);
  if (arguments.app.empty() || has_space(arguments.app) || has_space(arguments.channel))
    return fail(ExitCode::usage, "tail: --app must not be empty, and neither it nor --channel holds a space");
  const InterruptSignals interrupts;  // before anything happens that the user could see and interrupt
  return with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, command_of(arguments), kAdminTimeout,
               [&](const nlohmann::ordered_json&) { return print_all(client, arguments, interrupts); });
  });
}

}  // namespace

void add_tail_command(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<TailArguments>();
  auto* command =
      app.add_subcommand("tail", "Show live what happens to an app at this node: clients, events, refusals");
  command->add_option("--app", arguments->app, "the app's key or id")->required();
  command->add_option("--channel", arguments->channel, "only what happens in this channel");
  command->add_flag("--payload", arguments->payload, "show the data of events, too");
  command->add_flag("--json", arguments->json, "JSON lines, for programs");
  const auto flags = add_admin_flags(*command);
  command->callback([arguments, flags, &exit_code] { exit_code = run_tail(*arguments, *flags); });
}

}  // namespace belfry::tools
