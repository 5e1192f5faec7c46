// What the commands that open a WebSocket have in common: URL and options, and the opening with its exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/exit_code.hpp"
#include "common/result.hpp"
#include "tools/ws_client.hpp"

namespace belfry::tools {

struct WebSocketArguments {
  std::string url;
  std::string origin;
  std::vector<std::string> headers;
  int timeout_seconds = 10;
  bool insecure = false;

  void add_to(CLI::App& command);
};

struct WebSocketTarget {
  WsUrl url;
  WsOptions options;
};

// Checks the arguments; the Error is the user's mistake (ExitCode::usage).
Result<WebSocketTarget> target_of(const WebSocketArguments& arguments);

// unavailable: no server answered, or the connection broke; failure: a server answered, and refused.
ExitCode exit_code_of(const Error& error);

// "closed by the server: 1001 going away"; ok if that was a normal closure.
ExitCode report_peer_close(const WsClose& close);

}  // namespace belfry::tools
