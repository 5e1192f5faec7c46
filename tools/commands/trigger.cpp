#include "tools/commands/trigger.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tools/app_keys.hpp"
#include "tools/commands/admin_command.hpp"
#include "tools/commands/failure.hpp"
#include "tools/commands/websocket_arguments.hpp"
#include "tools/http_post.hpp"
#include "tools/local_address.hpp"
#include "tools/message_line.hpp"
#include "tools/signed_event.hpp"

namespace belfry::tools {
namespace {

constexpr std::string_view kStandardInput = "-";
constexpr unsigned kOk = 200;

struct TriggerArguments {
  std::string app;
  std::string channels;
  std::string event;
  std::string data;
  std::string socket_id;
  std::string url;
  std::string key;
  std::string secret;
  int timeout_seconds = 10;
  bool insecure = false;
};

// Without the line break that ends it, which nobody meant to send.
Result<std::string> read_standard_input() {
  std::string text;
  char block[16 * 1024];
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Unexpected(errno_error("standard input"));
    if (count == 0) break;
    text.append(block, static_cast<std::size_t>(count));
  }
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

Result<AppKeys> keys_of(const TriggerArguments& arguments, const OptionFlags& flags) {
  if (!arguments.secret.empty()) return AppKeys{arguments.app, arguments.key, arguments.secret};
  auto settings = flags.load();
  if (!settings) return Unexpected(settings.error());
  return find_app_keys(*settings, arguments.app);
}

// What the server says in its body, {"error":"..."}; else the first line of that.
std::string explanation(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_object() && json.contains("error") && json["error"].is_string())
    return printable_line(json["error"].get<std::string>());
  return printable_line(std::string_view(body).substr(0, body.find_first_of("\r\n")));
}

ExitCode judge(const HttpAnswer& answer) {
  if (answer.status == kOk) return ExitCode::ok;
  std::string sentence =
      fmt::format("the server refused the event: {} {}", answer.status, printable_line(answer.reason));
  if (const std::string why = explanation(answer.body); !why.empty()) sentence += ": " + why;
  return fail(ExitCode::failure, sentence);
}

ExitCode publish(const TriggerArguments& arguments, const AppKeys& keys, const Event& event, WsUrl url) {
  const std::string prefix = url.target.substr(0, url.target.find_last_not_of('/') + 1);
  const std::string body = event_body(event);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  url.target = signed_target(prefix + "/apps/" + keys.id + "/events", keys, body,
                             std::chrono::duration_cast<Seconds>(now).count());
  auto answer = http_post({.url = url,
                           .body = body,
                           .timeout = Seconds(arguments.timeout_seconds),
                           .verify_certificate = !arguments.insecure});
  if (!answer) return fail(exit_code_of(answer.error()), answer.error().message);
  return judge(*answer);
}

ExitCode publish_to_local_node(const TriggerArguments& arguments, const AppKeys& keys, const Event& event,
                               const OptionFlags& flags) {
  return with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, "status", kAdminTimeout, [&](const nlohmann::ordered_json& status) {
      auto url = local_address(status);
      return url ? publish(arguments, keys, event, *url) : fail(ExitCode::failure, url.error().message);
    });
  });
}

Result<Event> event_of(const TriggerArguments& arguments) {
  Event event = {arguments.event, channels_of(arguments.channels), arguments.data, arguments.socket_id};
  if (event.channels.empty()) return Unexpected("trigger: CHANNEL names no channel");
  if (event.data == kStandardInput) {
    auto input = read_standard_input();
    if (!input) return Unexpected(input.error());
    event.data = *input;
  }
  for (const std::string& text : {event.name, arguments.channels, event.data, event.socket_id})
    if (!simdjson::validate_utf8(text)) return Unexpected("trigger: the event is not valid UTF-8; nothing was sent");
  return event;
}

ExitCode run_trigger(const TriggerArguments& arguments, const OptionFlags& flags) {
  std::signal(SIGPIPE, SIG_IGN);
  auto url = arguments.url.empty() ? Result<WsUrl>(WsUrl()) : parse_http_url(arguments.url);
  if (!url) return fail(ExitCode::usage, url.error().message);
  if (url->target.find('?') != std::string::npos) return fail(ExitCode::usage, "trigger: --url takes no query");
  auto keys = keys_of(arguments, flags);
  if (!keys) return fail(ExitCode::configuration, keys.error().message + "\nbelfry: --key and --secret name another");
  auto event = event_of(arguments);
  if (!event) return fail(ExitCode::usage, event.error().message);
  if (arguments.url.empty()) return publish_to_local_node(arguments, *keys, *event, flags);
  return publish(arguments, *keys, *event, *url);
}

}  // namespace

// DATA is read from its option: CLI11 takes a text apart that looks like "[a,b]", which JSON does.
void add_trigger_command(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<TriggerArguments>();
  auto* command = app.add_subcommand("trigger", "Publish an event over the HTTP API, as a back end does");
  command->add_option("APP", arguments->app, "the app's id or key; its id with --key and --secret")->required();
  command->add_option("CHANNEL", arguments->channels, "one channel, or several with commas between")->required();
  command->add_option("EVENT", arguments->event, "the event's name")->required();
  auto* data = command->add_option("DATA", "what subscribers get, byte for byte; - reads standard input");
  data->required()->type_name("TEXT");
  command->add_option("--socket-id", arguments->socket_id, "the connection that does not get the event");
  command->add_option("--url", arguments->url, "http://host[:port][/prefix] or https://; default: this machine's node");
  auto* key = command->add_option("--key", arguments->key, "sign with this key; default: the configuration's");
  auto* secret = command->add_option("--secret", arguments->secret, "the key's secret");
  key->needs(secret);
  secret->needs(key);
  command->add_option("--timeout", arguments->timeout_seconds, "Seconds for the request")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  command->add_flag("--insecure", arguments->insecure, "With https://: accept any certificate");
  command->footer("DATA that begins with \"-\" goes behind --: belfry trigger APP CHANNEL EVENT -- -1");
  const auto flags = add_admin_flags(*command);
  command->callback([arguments, data, flags, &exit_code] {
    arguments->data = data->results().front();
    exit_code = run_trigger(*arguments, *flags);
  });
}

}  // namespace belfry::tools
