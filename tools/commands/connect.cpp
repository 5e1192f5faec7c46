#include "tools/commands/connect.hpp"

#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/commands/failure.hpp"
#include "tools/commands/interrupt_signals.hpp"
#include "tools/commands/websocket_arguments.hpp"
#include "tools/conversation.hpp"
#include "tools/message_line.hpp"
#include "tools/option_flags.hpp"
#include "tools/pusher_dialogue.hpp"
#include "tools/pusher_url.hpp"

namespace belfry::tools {
namespace {

struct ConnectArguments {
  WebSocketArguments websocket;
  bool listen = false;
  std::vector<std::string> channels;
  std::string secret;
  std::string user;
  bool json = false;
};

std::string line_of(const WsMessage& message) {
  if (message.is_text) return printable_line(message.payload);
  return binary_line({reinterpret_cast<const std::uint8_t*>(message.payload.data()), message.payload.size()});
}

bool print_line(const std::string& line) { return std::puts(line.c_str()) >= 0 && std::fflush(stdout) == 0; }

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

// One run of the command on one open connection; with a dialogue it speaks Pusher, else whatever is typed.
class Terminal {
 public:
  Terminal(WsClient& client, const ConnectArguments& arguments, std::optional<PusherDialogue> dialogue)
      : client_(client), arguments_(arguments), dialogue_(std::move(dialogue)) {
    client_.on_message([this](const WsMessage& message) { take(message); });
  }

  ExitCode run() {
    const InterruptSignals interrupts;
    const auto ended = converse(client_, {.input_fd = STDIN_FILENO,
                                          .on_line = [this](std::string_view line) { send_line(line); },
                                          .takes_lines = [this] { return !dialogue_ || dialogue_->is_settled(); },
                                          .close_at_end_of_input = !arguments_.listen,
                                          .interrupt_fd = interrupts.fd(),
                                          .close_timeout = Seconds(arguments_.websocket.timeout_seconds)});
    if (!ended) return fail(exit_code_of(ended.error()), ended.error().message);
    if (!output_failure_.empty()) return fail(ExitCode::failure, output_failure_);
    if (client_.peer_closed_first()) return report_peer_close(*client_.peer_close());
    return dialogue_ && dialogue_->was_refused() ? fail(ExitCode::failure, "a subscription was refused") : ExitCode::ok;
  }

 private:
  void take(const WsMessage& message) {
    if (!dialogue_ || !message.is_text) return show(line_of(message));
    const auto reaction = dialogue_->take(message.payload);
    if (reaction.to_show) show(*reaction.to_show);
    for (const std::string& text : reaction.to_send) client_.send_text(text);
  }

  void show(const std::string& line) {
    if (!output_failure_.empty() || print_line(line)) return;
    output_failure_ = errno_error("standard output").message;
    client_.close();
  }

  void send_line(std::string_view line) {
    auto message = is_utf8(line) ? message_of(line) : Unexpected("it is not valid UTF-8");
    if (message) return client_.send_text(*message);
    fail(ExitCode::failure, "a line was not sent: " + message.error().message);
  }

  Result<std::string> message_of(std::string_view line) const {
    return dialogue_ ? dialogue_->message_of(line) : std::string(line);
  }

  WsClient& client_;
  const ConnectArguments& arguments_;
  std::optional<PusherDialogue> dialogue_;
  std::string output_failure_;
};

// The pair that signs: --secret with the URL's key, else the configuration's.
Result<AppKeys> keys_of(const std::string& key, const ConnectArguments& arguments, const OptionFlags& flags) {
  if (!arguments.secret.empty()) return AppKeys{"", key, arguments.secret};
  auto settings = flags.load();
  if (!settings) return Unexpected(settings.error());
  return find_app_keys(*settings, key);
}

Result<PusherDialogue> make_dialogue(const std::string& key, const ConnectArguments& arguments,
                                     const OptionFlags& flags) {
  PusherPlan plan = {arguments.channels, std::nullopt, arguments.user, arguments.json};
  if (std::ranges::any_of(plan.channels, must_be_signed)) {
    auto keys = keys_of(key, arguments, flags);
    if (!keys) return Unexpected(keys.error());
    plan.keys = *keys;
  }
  return PusherDialogue(std::move(plan));
}

// Why the arguments mean nothing together; empty: they do.
std::string mistake_in(const ConnectArguments& arguments, bool speaks_pusher) {
  const bool about_pusher = !arguments.channels.empty() || !arguments.secret.empty() || !arguments.user.empty();
  if (!speaks_pusher && about_pusher) return "connect: --channel, --secret and --user need a URL that ends in /app/KEY";
  if (!is_utf8(arguments.user) || !std::ranges::all_of(arguments.channels, is_utf8))
    return "connect: --channel and --user must be valid UTF-8";
  return "";
}

ExitCode talk(const WebSocketTarget& target, const ConnectArguments& arguments,
              std::optional<PusherDialogue> dialogue) {
  auto opened = open_websocket(target.url, target.options);
  if (!opened) return fail(exit_code_of(opened.error()), opened.error().message);
  // Not fmt::print(), which throws when whoever reads stderr has gone.
  std::fputs(("connected to " + target.url.to_string() + "\n").c_str(), stderr);
  WsClient client(std::move(*opened));
  return Terminal(client, arguments, std::move(dialogue)).run();
}

ExitCode run_connect(const ConnectArguments& arguments, const OptionFlags& flags) {
  std::signal(SIGPIPE, SIG_IGN);
  auto target = target_of(arguments.websocket);
  if (!target) return fail(ExitCode::usage, target.error().message);
  const auto key = pusher_key(target->url);
  if (const std::string mistake = mistake_in(arguments, key.has_value()); !mistake.empty())
    return fail(ExitCode::usage, mistake);
  if (!key) return talk(*target, arguments, std::nullopt);
  auto dialogue = make_dialogue(*key, arguments, flags);
  if (!dialogue)
    return fail(ExitCode::configuration, dialogue.error().message + "\nbelfry: --secret=S signs without it");
  target->url = with_pusher_parameters(std::move(target->url));
  return talk(*target, arguments, std::move(*dialogue));
}

}  // namespace

void add_connect_command(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<ConnectArguments>();
  auto* command = app.add_subcommand("connect", "Open a WebSocket: print what arrives, send each line that is typed");
  arguments->websocket.add_to(*command);
  command->add_flag("--listen", arguments->listen, "Stay connected after the end of standard input");
  command->add_option("--channel", arguments->channels, "At /app/KEY: subscribe to this channel; repeatable")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--secret", arguments->secret,
                      "Sign private and presence channels; default: the configuration's");
  command->add_option("--user", arguments->user, "User id in presence channels; default: the socket id");
  command->add_flag("--json", arguments->json, "At /app/KEY: print messages as they come, pings too");
  const auto flags = OptionFlags::add_to(*command, {});
  command->footer(
      "At a URL that ends in /app/KEY, connect speaks Pusher: EVENT DATA sends a client event on the only\n"
      "--channel, {\"event\":...} is sent as it is.");
  command->callback([arguments, flags, &exit_code] { exit_code = run_connect(*arguments, *flags); });
}

}  // namespace belfry::tools
