// The main loop of a command that talks over a WebSocket: the socket, lines of input and an interrupt, in one poll(2).
// What a message or a line means is the command's; the loop ends when the WebSocket has.
#pragma once

#include <functional>
#include <string_view>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "tools/ws_client.hpp"

namespace belfry::tools {

struct ConversationPlan {
  int input_fd = -1;  // where lines come from; -1: nowhere
  std::function<void(std::string_view)> on_line;
  std::function<bool()> takes_lines = [] { return true; };  // false: input waits
  bool close_at_end_of_input = true;
  int interrupt_fd = -1;               // readable: close; readable again: give up; -1: none
  Milliseconds close_timeout{10'000};  // without progress, from close() to the peer's answer
};

// Returns when both sides have closed; client.peer_close() then says how.
Result<void> converse(WsClient& client, const ConversationPlan& plan);

}  // namespace belfry::tools
