#include "tools/commands/send.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/commands/failure.hpp"
#include "tools/commands/websocket_arguments.hpp"
#include "tools/conversation.hpp"
#include "tools/publish_error.hpp"

namespace belfry::tools {
namespace {

constexpr std::string_view kStandardInput = "-";

struct SendArguments {
  WebSocketArguments websocket;
  std::vector<std::string> messages;
  bool reads_input = false;
};

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

// "-" leaves the messages; the mistake in them, if there is one.
std::optional<std::string> check_messages(SendArguments& arguments) {
  auto& messages = arguments.messages;
  arguments.reads_input = messages.back() == kStandardInput;
  if (arguments.reads_input) messages.pop_back();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (!is_utf8(messages[i])) return fmt::format("message {} is not valid UTF-8; nothing was sent", i + 1);
  }
  return std::nullopt;
}

// One run of the command on one open connection.
class Sender {
 public:
  Sender(WsClient& client, const SendArguments& arguments) : client_(client), arguments_(arguments) {
    client_.on_message([this](const WsMessage& message) { look_at(message); });
  }

  ExitCode run() {
    for (const auto& message : arguments_.messages) send(message);
    if (!arguments_.reads_input) client_.close();
    const auto ended = converse(client_, {.input_fd = arguments_.reads_input ? STDIN_FILENO : -1,
                                          .on_line = [this](std::string_view line) { take_line(line); },
                                          .close_timeout = Seconds(arguments_.websocket.timeout_seconds)});
    if (!failure_.empty()) return fail(ExitCode::failure, failure_);
    if (!ended) return fail(exit_code_of(ended.error()), ended.error().message);
    return judge_close(*client_.peer_close());
  }

 private:
  void send(std::string_view message) {
    client_.send_text(message);
    if (publish_error(message)) sent_lookalikes_.emplace(message);
  }

  void take_line(std::string_view line) {
    ++line_number_;
    if (client_.is_closing()) return;
    if (is_utf8(line)) return send(line);
    failure_ = fmt::format("line {} of standard input is not valid UTF-8; sending stopped before it", line_number_);
    client_.close();
  }

  // Broadcasts come too, our own among them: an error is what nobody here has sent.
  void look_at(const WsMessage& message) {
    if (!message.is_text || sent_lookalikes_.contains(message.payload)) return;
    const auto error = publish_error(message.payload);
    if (error) failure_ = "the server could not publish a message: " + *error;
  }

  // Our close frame comes back with its own code, or without one, when the server has read everything before it.
  ExitCode judge_close(const WsClose& close) const {
    const bool answered = close.code == kCloseNormal || close.code == kCloseWithoutCode;
    if (!client_.peer_closed_first() && answered) return ExitCode::ok;
    report_peer_close(close);
    return ExitCode::unavailable;
  }

  WsClient& client_;
  const SendArguments& arguments_;
  std::set<std::string, std::less<>> sent_lookalikes_;  // messages of ours that look like the server's error
  std::string failure_;
  std::size_t line_number_ = 0;
};

ExitCode run_send(SendArguments& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  auto target = target_of(arguments.websocket);
  if (!target) return fail(ExitCode::usage, target.error().message);
  if (const auto mistake = check_messages(arguments)) return fail(ExitCode::usage, *mistake);
  auto opened = open_websocket(target->url, target->options);
  if (!opened) return fail(exit_code_of(opened.error()), opened.error().message);
  WsClient client(std::move(*opened));
  return Sender(client, arguments).run();
}

// CLI11 takes a list of strings apart where one looks like "[a,b]", which JSON messages do. So the first message is an
// option of one value and the others are what CLI11 did not expect; an unknown option among those is refused here.
std::vector<std::string> messages_of(const CLI::App& command, const CLI::Option& first) {
  std::vector<std::string> messages = first.results();
  bool options_ended = false;
  for (auto& text : command.remaining()) {
    if (!options_ended && text == "--") {
      options_ended = true;
      continue;
    }
    if (!options_ended && text.size() > 1 && text.front() == '-') throw CLI::ExtrasError("send", {text});
    messages.push_back(std::move(text));
  }
  return messages;
}

}  // namespace

void add_send_command(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<SendArguments>();
  auto* command = app.add_subcommand("send", "Open a WebSocket, send each MESSAGE as a text message, close");
  arguments->websocket.add_to(*command);
  auto* first = command->add_option("MESSAGE", "Text messages; a last one of - sends each line of standard input");
  first->required()->type_name("TEXT...");
  command->allow_extras();
  command->footer("A message that begins with \"-\" goes behind --: belfry send URL -- -1");
  command->callback([arguments, command, first, &exit_code] {
    arguments->messages = messages_of(*command, *first);
    exit_code = run_send(*arguments);
  });
}

}  // namespace belfry::tools
