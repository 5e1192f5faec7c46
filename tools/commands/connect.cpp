#include "tools/commands/connect.hpp"

#include <simdjson.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "tools/commands/failure.hpp"
#include "tools/commands/interrupt_signals.hpp"
#include "tools/commands/websocket_arguments.hpp"
#include "tools/conversation.hpp"
#include "tools/message_line.hpp"

namespace belfry::tools {
namespace {

struct ConnectArguments {
  WebSocketArguments websocket;
  bool listen = false;
};

std::string line_of(const WsMessage& message) {
  if (message.is_text) return printable_line(message.payload);
  return binary_line({reinterpret_cast<const std::uint8_t*>(message.payload.data()), message.payload.size()});
}

bool print_line(const std::string& line) { return std::puts(line.c_str()) >= 0 && std::fflush(stdout) == 0; }

void send_line(WsClient& client, std::string_view line) {
  if (simdjson::validate_utf8(line.data(), line.size())) return client.send_text(line);
  fail(ExitCode::failure, "a line was not sent: it is not valid UTF-8");
}

ExitCode talk(WsClient& client, const ConnectArguments& arguments) {
  std::string output_failure;
  client.on_message([&](const WsMessage& message) {
    if (!output_failure.empty() || print_line(line_of(message))) return;
    output_failure = errno_error("standard output").message;
    client.close();
  });
  const InterruptSignals interrupts;
  const auto ended = converse(client, {.input_fd = STDIN_FILENO,
                                       .on_line = [&](std::string_view line) { send_line(client, line); },
                                       .close_at_end_of_input = !arguments.listen,
                                       .interrupt_fd = interrupts.fd(),
                                       .close_timeout = Seconds(arguments.websocket.timeout_seconds)});
  if (!ended) return fail(exit_code_of(ended.error()), ended.error().message);
  if (!output_failure.empty()) return fail(ExitCode::failure, output_failure);
  return client.peer_closed_first() ? report_peer_close(*client.peer_close()) : ExitCode::ok;
}

ExitCode run_connect(const ConnectArguments& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  auto target = target_of(arguments.websocket);
  if (!target) return fail(ExitCode::usage, target.error().message);
  auto opened = open_websocket(target->url, target->options);
  if (!opened) return fail(exit_code_of(opened.error()), opened.error().message);
  // Not fmt::print(), which throws when whoever reads stderr has gone.
  std::fputs(("connected to " + target->url.to_string() + "\n").c_str(), stderr);
  WsClient client(std::move(*opened));
  return talk(client, arguments);
}

}  // namespace

void add_connect_command(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<ConnectArguments>();
  auto* command = app.add_subcommand("connect", "Open a WebSocket: print what arrives, send each line that is typed");
  arguments->websocket.add_to(*command);
  command->add_flag("--listen", arguments->listen, "Stay connected after the end of standard input");
  command->callback([arguments, &exit_code] { exit_code = run_connect(*arguments); });
}

}  // namespace belfry::tools
