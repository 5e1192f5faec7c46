#include "supervisor/agent_server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/assert.hpp"
#include "supervisor/bound_socket.hpp"

namespace belfry::supervisor {
namespace {

uv_stream_t* as_stream(uv_tcp_t* tcp) { return reinterpret_cast<uv_stream_t*>(tcp); }

}  // namespace

// Waits for the end of a connection whose line has left.
class AgentServer::Client {
 public:
  Client(AgentServer& server, UvHandle<uv_tcp_t> connection)
      : server_(server),
        connection_(std::move(connection)),
        patience_(make_uv_handle<uv_timer_t>(server.loop_, this, uv_timer_init)) {
    connection_->data = this;
    uv_timer_start(
        patience_.get(), [](uv_timer_t* timer) noexcept { static_cast<Client*>(timer->data)->end(); },
        kPatience.count(), 0);
    uv_read_start(
        as_stream(connection_.get()),
        [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) noexcept {
          auto& thrown_away = static_cast<Client*>(handle->data)->thrown_away_;
          *buffer = uv_buf_init(thrown_away.data(), static_cast<unsigned>(thrown_away.size()));
        },
        [](uv_stream_t* stream, ssize_t size, const uv_buf_t*) noexcept {
          if (stream->data != nullptr && size < 0) static_cast<Client*>(stream->data)->end();
        });
  }

  void end() { server_.let_go(*this); }

 private:
  AgentServer& server_;
  UvHandle<uv_tcp_t> connection_;
  UvTimer patience_;
  std::array<char, 256> thrown_away_;
};

AgentServer::AgentServer(uv_loop_t* loop, UniqueFd socket, std::function<std::string()> answer)
    : loop_(loop), answer_(std::move(answer)), listener_(make_uv_handle<uv_tcp_t>(loop, this, uv_tcp_init)) {
  int status = uv_tcp_open(listener_.get(), socket.release());
  BELFRY_ASSERT(status == 0);
  status = uv_listen(as_stream(listener_.get()), kSideBacklog, [](uv_stream_t* listener, int error) noexcept {
    if (listener->data != nullptr && error == 0) static_cast<AgentServer*>(listener->data)->accept();
  });
  BELFRY_ASSERT(status == 0);
}

AgentServer::~AgentServer() = default;

// The line fits into every new connection's buffer: whoever does not get it at once is gone.
void AgentServer::accept() {
  auto connection = make_uv_handle<uv_tcp_t>(loop_, nullptr, uv_tcp_init);
  if (uv_accept(as_stream(listener_.get()), as_stream(connection.get())) != 0) return;
  std::string line = answer_();
  const uv_buf_t buffer = uv_buf_init(line.data(), static_cast<unsigned>(line.size()));
  if (uv_try_write(as_stream(connection.get()), &buffer, 1) != static_cast<int>(line.size())) return;
  uv_os_fd_t fd = -1;
  uv_fileno(reinterpret_cast<uv_handle_t*>(connection.get()), &fd);
  ::shutdown(fd, SHUT_WR);
  if (clients_.size() == kMaxClients) clients_.pop_front();
  clients_.emplace_back(*this, std::move(connection));
}

void AgentServer::let_go(const Client& client) {
  clients_.erase(std::ranges::find_if(clients_, [&](const Client& held) { return &held == &client; }));
}

}  // namespace belfry::supervisor
