#include "tools/commands/websocket_arguments.hpp"

#include <utility>

#include "tools/commands/failure.hpp"

namespace belfry::tools {

void WebSocketArguments::add_to(CLI::App& command) {
  command.add_option("URL", url, "ws://host[:port][/path][?query], or wss:// for TLS")->required();
  command.add_option("--origin", origin, "Origin header, as a browser would send it");
  // One value each time: without this a header would swallow the URL that follows it.
  command.add_option("--header", headers, "Further header \"Name: value\" of the handshake; repeatable")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--timeout", timeout_seconds, "Seconds for the connection to open, and for the close")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  command.add_flag("--insecure", insecure, "With wss://: accept any certificate");
}

Result<WebSocketTarget> target_of(const WebSocketArguments& arguments) {
  auto url = parse_ws_url(arguments.url);
  if (!url) return Unexpected(url.error());
  WsOptions options;
  options.timeout = Seconds(arguments.timeout_seconds);
  options.verify_certificate = !arguments.insecure;
  auto headers = arguments.headers;
  if (!arguments.origin.empty()) headers.push_back("Origin: " + arguments.origin);
  for (const auto& text : headers) {
    auto header = parse_header(text);
    if (!header) return Unexpected(header.error());
    options.headers.push_back(std::move(*header));
  }
  return WebSocketTarget{std::move(*url), std::move(options)};
}

ExitCode exit_code_of(const Error& error) { return error.code != 0 ? ExitCode::unavailable : ExitCode::failure; }

ExitCode report_peer_close(const WsClose& close) {
  return fail(close.code == kCloseNormal ? ExitCode::ok : ExitCode::unavailable,
              "closed by the server: " + close.to_string());
}

}  // namespace belfry::tools
