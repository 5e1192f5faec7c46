// Answers HAProxy's agent-check: each TCP connection gets one line and is closed. What a client sends (agent-send) is
// thrown away: closing over unread bytes would reset the connection, perhaps before the line is read. Nobody can hold
// more than a place among few, and that not for long. Lives as long as the supervisor, also while it drains.
#pragma once

#include <uv.h>

#include <cstddef>
#include <functional>
#include <list>
#include <string>

#include "common/clock.hpp"
#include "common/unique_fd.hpp"
#include "common/uv_handle.hpp"

namespace belfry::supervisor {

class AgentServer {
 public:
  // `socket` listens; `answer` makes the line.
  AgentServer(uv_loop_t* loop, UniqueFd socket, std::function<std::string()> answer);
  ~AgentServer();

 private:
  static constexpr std::size_t kMaxClients = 64;  // then the oldest is cut
  static constexpr Milliseconds kPatience{2000};  // for a client to close, once it has its line

  class Client;

  void accept();
  void let_go(const Client& client);

  uv_loop_t* loop_;
  std::function<std::string()> answer_;
  UvHandle<uv_tcp_t> listener_;
  std::list<Client> clients_;  // the oldest first
};

}  // namespace belfry::supervisor
